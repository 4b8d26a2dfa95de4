// SPDX-License-Identifier: MIT
// winmem bridge: names shared by programs here and programs under Wine.
#ifndef TOOL_BRIDGE_H
#define TOOL_BRIDGE_H

// The subcommand, argv[0] being its name. Stays until it is interrupted; returns the exit code.
int tool_bridge(int argc, char **argv);

#endif

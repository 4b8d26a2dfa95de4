// SPDX-License-Identifier: MIT
// What the harness's own files share.
#ifndef CONFORM_INTERNAL_H
#define CONFORM_INTERNAL_H

/* argv[0]: what a second process of this program is started from. */
const char *conform_program(void);

#endif

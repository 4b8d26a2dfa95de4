// SPDX-License-Identifier: MIT
// Second processes of the Win32 sides: this same program, told by its command line what to do.
#ifndef WINMEM_BENCH_WIN32_PEER_H
#define WINMEM_BENCH_WIN32_PEER_H

#include "win32_sides.h"

struct win32_peer {
    char name[48]; // its own; what it holds is called NAME-0, NAME-1, ...
    HANDLE process, control;
    volatile LONG *stop;
};

// hold N:    holds a section of N bytes, NAME-0
// crowd N:   holds N sections, NAME-0 and so on, until this process ends
// join N:    holds a section of N bytes, NAME-0, like many others, until this process ends
// commit N:  commits all N bytes of a reserved section
// answer N:  waits for each odd number in the first word of a section and adds 1
// reply N:   waits for the event NAME-0 and sets NAME-1, again and again
void win32_peer_name(struct win32_peer *peer);
// Returns when the peer is ready. Ends the program when it can't be had.
void win32_peer_start(struct win32_peer *peer, const char *role, uint64_t number);
void win32_peer_stop(struct win32_peer *peer);
// So many that hold one section, NAME-0. They can't be stopped.
void win32_peers_join(struct win32_peer *peer, uint64_t count, uint64_t size);
const char *win32_peer_thing(const char *name, uint64_t which); // NAME-which; valid until the next

#endif

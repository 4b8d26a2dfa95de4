// SPDX-License-Identifier: MIT
// main() of programs with a Unicode entry point: converts argv and envp and calls wmain.
//
// A static archive, because main belongs to the program. It finds the program's wmain by weak
// references under all the names that the compiler may have given it:
//   - In C the name is plain; in C++ it is mangled with the parameter list, and int wmain(),
//     wmain(int, wchar_t **), ... are all in use.
//   - winmem_abi.h renames wmain to wmain_utf16 where wchar_t has two bytes, since neither C nor
//     C++ puts the width of wchar_t into the symbol.
// All forms are called with three arguments: the platform's calling convention lets a function
// ignore those it does not have.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "win32/entry/text.h"

typedef int entry_fn(int argc, void **argv, void **envp);

// Hidden, so that an absent one is null for good and never looked up in shared libraries.
#define WEAK_ENTRY(label, symbol) \
    __attribute__((weak, visibility("hidden"))) extern entry_fn label __asm__(symbol)

#define WEAK_ENTRIES(prefix, plain, mangled)                                                     \
    WEAK_ENTRY(prefix##_c, plain);                                                               \
    WEAK_ENTRY(prefix##_void, mangled "v");                                                      \
    WEAK_ENTRY(prefix##_int, mangled "i");                                                       \
    WEAK_ENTRY(prefix##_argv, mangled "iPPw");                                                   \
    WEAK_ENTRY(prefix##_envp, mangled "iPPwS0_");                                                \
    WEAK_ENTRY(prefix##_const, mangled "iPPKw");                                                 \
    WEAK_ENTRY(prefix##_const_envp, mangled "iPPKwS1_");                                         \
    WEAK_ENTRY(prefix##_array, mangled "iPKPw");                                                 \
    WEAK_ENTRY(prefix##_const_array, mangled "iPKPKw");                                          \
    static entry_fn *const prefix##_entries[] = {                                                \
        prefix##_c,     prefix##_void,       prefix##_int,   prefix##_argv,       prefix##_envp, \
        prefix##_const, prefix##_const_envp, prefix##_array, prefix##_const_array}

WEAK_ENTRIES(utf32, "wmain", "_Z5wmain");
WEAK_ENTRIES(utf16, "wmain_utf16", "_Z11wmain_utf16");

static entry_fn *entry_find(entry_fn *const *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i] != NULL)
            return entries[i];
    }
    return NULL;
}

// Converts a NULL-terminated vector of UTF-8 strings into one block: pointers, then characters.
// NULL when memory runs out.
static void **vector_widen(char **vector, enum wide_size size)
{
    size_t count = 0;
    size_t bytes = 0;
    void **wide;
    char *next;

    for (; vector[count] != NULL; count++)
        bytes +=
            (wm_wide_from_utf8(vector[count], strlen(vector[count]), NULL, 0, size) + 1) * size;
    wide = malloc((count + 1) * sizeof *wide + bytes);
    if (wide == NULL)
        return NULL;
    next = (char *)(wide + count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(vector[i]);
        size_t units = wm_wide_from_utf8(vector[i], length, next, SIZE_MAX, size);

        wide[i] = next;
        memset(next + units * size, 0, size);
        next += (units + 1) * size;
    }
    wide[count] = NULL;
    return wide;
}

int main(int argc, char **argv, char **envp)
{
    enum wide_size size = WIDE_UTF32;
    entry_fn *entry = entry_find(utf32_entries, sizeof utf32_entries / sizeof *utf32_entries);
    void **wide_argv;
    void **wide_envp;
    int result;

    if (entry == NULL) {
        size = WIDE_UTF16;
        entry = entry_find(utf16_entries, sizeof utf16_entries / sizeof *utf16_entries);
    }
    if (entry == NULL) {
        fputs("winmem: this program has no wmain\n", stderr);
        return 127;
    }
    wide_argv = vector_widen(argv, size);
    wide_envp = vector_widen(envp, size);
    if (wide_argv == NULL || wide_envp == NULL) {
        fputs("winmem: no memory for the arguments\n", stderr);
        result = 127;
    } else {
        result = entry(argc, wide_argv, wide_envp);
    }
    free(wide_argv);
    free(wide_envp);
    return result;
}

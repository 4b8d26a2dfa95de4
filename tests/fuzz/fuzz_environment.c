// SPDX-License-Identifier: MIT
// Environment variables: names and texts from anywhere, beside a plain model of %name%.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/utf.h"
#include "nt/process/environment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern char **environ;

static char *text_of(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

// A known environment. The name of another case shows that only the first such one is found.
static void start(void)
{
    static char *variables[] = {"A=1", "long=a value with %A% and more", "empty=", "a=2", NULL};

    environ = variables;
}

// The value by the rule: the exact name, else the first that differs by case only.
static const char *value_of(const char *name)
{
    static const char *const names[] = {"A", "long", "empty", "a"};
    static const char *const values[] = {"1", "a value with %A% and more", "", "2"};
    const char *other = NULL;

    for (size_t i = 0; i < 4; i++) {
        if (strcmp(names[i], name) == 0)
            return values[i];
        if (!other && wm_utf8_equal_nocase(names[i], name))
            other = values[i];
    }
    return other;
}

static void get(const char *name)
{
    const char *expected = strchr(name, '=') ? NULL : value_of(name);
    char *value = NULL;
    NTSTATUS st = wm_environment_get(name, &value);

    wm_check((st == STATUS_SUCCESS) == (expected != NULL));
    wm_check(!expected || strcmp(value, expected) == 0);
    free(value);
}

// The text with its variables replaced, appended to `out` of ample size.
static void expand_model(const char *s, char *out)
{
    while (*s) {
        const char *end = *s == '%' ? strchr(s + 1, '%') : NULL;
        const char *value = NULL;

        if (end) {
            char *name = strndup(s + 1, (size_t)(end - s - 1));

            value = *name && !strchr(name, '=') ? value_of(name) : NULL;
            free(name);
        }
        if (value) {
            out = stpcpy(out, value);
            s = end + 1;
        } else {
            *out++ = *s++;
        }
    }
    *out = '\0';
}

static void expand(const char *text)
{
    // The longest value takes the place of six bytes at least.
    char *expected = malloc(strlen(text) * 8 + 1);
    char *expanded = wm_environment_expand(text);

    expand_model(text, expected);
    wm_check(!expanded || strcmp(expanded, expected) == 0);
    free(expanded);
    free(expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = text_of(data, size), *list;

    start();
    get(text);
    expand(text);
    list = wm_environment_list();
    wm_check(!list || memcmp(list, "A=1\0long=", 9) == 0);
    free(list);
    free(text);
    return 0;
}

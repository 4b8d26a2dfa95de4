// SPDX-License-Identifier: MIT
// winmem sweep: removes what killed processes left behind.
#include <getopt.h>
#include <stdio.h>

#include "listing.h"
#include "nt/object/name.h"

static const struct option options[] = {
    TOOL_OPTIONS,
    {"dry-run", no_argument, NULL, 'n'},
    {0},
};

// Opening a name whose holders are all gone removes it: the same for whoever finds it. False: it is
// somebody else's to remove, or has come to life again.
static bool reap(const struct tool_listed *listed)
{
    struct wm_name_key key = {
        .scope = listed->scope, .length = listed->length, .units = listed->units};
    struct wm_name *name;
    NTSTATUS st;

    wm_name_hash(&key);
    st = wm_name_file_open(&key, false, &name);
    if (!st)
        wm_name_free(name);
    return st == STATUS_OBJECT_NAME_NOT_FOUND;
}

static int sweep(bool dry)
{
    struct tool_listing listing;
    NTSTATUS st = tool_listing_read(&listing);

    if (st)
        return tool_status_error("names", st);
    for (size_t i = 0; i < listing.count; i++) {
        const struct tool_listed *name = &listing.list[i];

        if (!name->alive && (dry || reap(name)))
            printf("%s: %s\n", name->shown, tool_kind_name(name->record.kind));
    }
    tool_listing_free(&listing);
    return TOOL_DONE;
}

static int run(int argc, char **argv)
{
    bool dry = false;

    for (int letter; (letter = getopt_long(argc, argv, "hn", options, NULL)) != -1;) {
        switch (letter) {
        case 'h':
            return tool_help();
        case 'n':
            dry = true;
            break;
        default:
            return tool_usage("%s", "");
        }
    }
    return optind < argc ? tool_usage("no arguments, please") : sweep(dry);
}

const struct tool_command tool_sweep = {
    .name = "sweep",
    .arguments = "[-n]",
    .purpose = "Removes names whose last holder was killed, and prints them",
    .options = "  -n, --dry-run       only print them\n",
    .run = run,
};

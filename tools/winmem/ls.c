// SPDX-License-Identifier: MIT
// winmem ls: the names that there are, as a table or as JSON.
#include <fnmatch.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "holders.h"
#include "output.h"

enum column {
    COL_NAME,
    COL_SCOPE,
    COL_TYPE,
    COL_SIZE,
    COL_RESIDENT,
    COL_HOLDERS,
    COL_OWNER,
    COL_AGE,
    COL_STATE,
    COL_PROTECT,
    COL_ATTRIBUTES,
    COL_CREATED,
    COL_CREATOR,
    COL_PATH
};

static const struct tool_column columns[] = {
    [COL_NAME] = {"NAME", 0.3, TOOL_CUT},
    [COL_SCOPE] = {"SCOPE", 6, 0},
    [COL_TYPE] = {"TYPE", 7, 0},
    [COL_SIZE] = {"SIZE", 5, TOOL_RIGHT},
    [COL_RESIDENT] = {"RESIDENT", 5, TOOL_RIGHT},
    [COL_HOLDERS] = {"HOLDERS", 2, TOOL_RIGHT},
    [COL_OWNER] = {"OWNER", 8, 0},
    [COL_AGE] = {"AGE", 3, TOOL_RIGHT},
    [COL_STATE] = {"STATE", 5, 0},
    [COL_PROTECT] = {"PROTECT", 14, 0},
    [COL_ATTRIBUTES] = {"ATTRIBUTES", 10, 0},
    [COL_CREATED] = {"CREATED", 20, 0},
    [COL_CREATOR] = {"CREATOR", 7, TOOL_RIGHT},
    [COL_PATH] = {"PATH", 0.3, TOOL_CUT},
};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

struct request {
    struct tool_table_options table;
    bool local, global;
    char **patterns;
    int pattern_count;
};

static bool has_size(const struct tool_listed *name)
{
    return name->record.kind == WM_KIND_SECTION;
}

static int64_t age_of(const struct tool_listed *name)
{
    return (int64_t)time(NULL) - name->record.created_ns / 1000000000;
}

// The text of one cell; in `buffer`, or one that lives as long as the name. NULL: nothing.
static const char *cell(const struct request *request, const struct tool_listed *name,
                        unsigned column, char buffer[128])
{
    char *words;

    *buffer = '\0';
    switch ((enum column)column) {
    case COL_NAME:
        return name->shown;
    case COL_SCOPE:
        return name->scope == WM_SCOPE_GLOBAL ? "global" : "local";
    case COL_TYPE:
        return tool_kind_name(name->record.kind);
    case COL_SIZE:
        if (has_size(name))
            tool_table_bytes(&request->table, name->record.size, buffer);
        break;
    case COL_RESIDENT:
        if (has_size(name))
            tool_table_bytes(&request->table, name->resident, buffer);
        break;
    case COL_HOLDERS:
        snprintf(buffer, 128, "%u", name->holders);
        break;
    case COL_OWNER:
        return tool_user_name(name->uid);
    case COL_AGE:
        tool_format_age(age_of(name), buffer);
        break;
    case COL_STATE:
        return name->alive ? "alive" : "dead";
    case COL_PROTECT:
        return has_size(name) ? tool_protect_name(name->record.protect) : NULL;
    case COL_ATTRIBUTES:
        words = tool_attribute_names(has_size(name) ? name->record.attributes : 0, ",");
        snprintf(buffer, 128, "%s", words);
        free(words);
        break;
    case COL_CREATED:
        tool_format_time(name->record.created_ns, buffer);
        break;
    case COL_CREATOR:
        snprintf(buffer, 128, "%u", name->record.creator_pid);
        break;
    case COL_PATH:
        return name->path;
    }
    return buffer;
}

static json_t *describe(const struct tool_listed *name)
{
    json_t *object = tool_json_name(name);

    json_object_set_new(object, "resident",
                        has_size(name) ? tool_json_number(name->resident) : json_null());
    json_object_set_new(object, "holders", tool_json_number(name->holders));
    json_object_set_new(object, "age", json_integer(age_of(name)));
    return object;
}

static bool is_wanted(const struct request *request, const struct tool_listed *name)
{
    if (name->scope == WM_SCOPE_GLOBAL ? request->local : request->global)
        return false;
    for (int i = 0; i < request->pattern_count; i++)
        if (!fnmatch(request->patterns[i], name->shown, FNM_NOESCAPE))
            return true;
    return !request->pattern_count;
}

static size_t print_json(const struct request *request, const struct tool_listing *listing)
{
    json_t *list = json_array();
    size_t shown = 0;

    for (size_t i = 0; i < listing->count; i++) {
        if (!is_wanted(request, &listing->list[i]))
            continue;
        json_array_append_new(list, describe(&listing->list[i]));
        shown++;
    }
    tool_json_print("names", list);
    return shown;
}

static size_t print_table(const struct request *request, const struct tool_listing *listing)
{
    struct tool_table *table = tool_table_new(columns, &request->table);
    size_t shown = 0;

    for (size_t i = 0; i < listing->count; i++) {
        const struct tool_listed *name = &listing->list[i];

        if (!is_wanted(request, name))
            continue;
        tool_table_row(table, name->alive ? NULL : "red");
        for (unsigned c = 0; c < request->table.chosen.count; c++) {
            char buffer[128];

            tool_table_cell(table, c, cell(request, name, request->table.chosen.list[c], buffer));
        }
        shown++;
    }
    tool_table_print(table);
    return shown;
}

static const struct option options[] = {
    TOOL_OPTIONS,
    TOOL_TABLE_OPTIONS,
    {"scope", required_argument, NULL, 's'},
    {0},
};

// The exit code when there is nothing more to do; -1 to go on.
static int read_options(int argc, char **argv, struct request *request)
{
    for (int letter;
         (letter = getopt_long(argc, argv, TOOL_LETTERS TOOL_TABLE_LETTERS "s:", options, NULL)) !=
         -1;) {
        switch (letter) {
        case 'h':
            return tool_help();
        case 'E':
            break; // patterns are for what is printed anyway
        case 's':
            request->local = !strcmp(optarg, "local");
            request->global = !strcmp(optarg, "global");
            if (!request->local && !request->global)
                return tool_usage("--scope is local or global, not %s", optarg);
            break;
        default:
            if (!tool_table_option(letter, columns, COLUMNS, &request->table))
                return TOOL_USAGE;
        }
    }
    request->patterns = argv + optind;
    request->pattern_count = argc - optind;
    return -1;
}

static int run(int argc, char **argv)
{
    struct request request = {
        .table.chosen = {{COL_NAME, COL_SCOPE, COL_TYPE, COL_SIZE, COL_RESIDENT, COL_HOLDERS,
                          COL_OWNER, COL_AGE, COL_STATE},
                         9}};
    int code = read_options(argc, argv, &request);
    struct tool_listing listing;
    size_t shown;
    NTSTATUS st;

    if (code >= 0)
        return code;
    st = tool_listing_read(&listing);
    if (st)
        return tool_status_error("names", st);
    tool_count_holders(&listing);
    shown = request.table.json ? print_json(&request, &listing) : print_table(&request, &listing);
    tool_listing_free(&listing);
    return !shown && request.pattern_count ? TOOL_NOT_FOUND : TOOL_DONE;
}

const struct tool_command tool_ls = {
    .name = "ls",
    .arguments = "[-bJnr] [-o COLUMNS] [-s SCOPE] [PATTERN...]",
    .purpose = "Lists names of sections, events, mutexes and semaphores",
    .options = "  -b, --bytes         sizes in bytes\n"
               "  -J, --json          JSON instead of a table\n"
               "  -n, --noheadings    no line of headings\n"
               "  -o, --output LIST   columns, separated by commas; +LIST adds to the usual ones:\n"
               "                      NAME SCOPE TYPE SIZE RESIDENT HOLDERS OWNER AGE STATE\n"
               "                      PROTECT ATTRIBUTES CREATED CREATOR PATH\n"
               "  -r, --raw           columns separated by one blank, blanks escaped\n"
               "  -s, --scope SCOPE   local or global names only\n",
    .run = run,
};

// SPDX-License-Identifier: MIT
// winmem who: the processes that have to do with a name, and how.
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "holders.h"
#include "output.h"

enum column {
    COL_PID,
    COL_USER,
    COL_COMMAND,
    COL_KIND,
    COL_WHERE,
    COL_SIZE,
    COL_OFFSET,
    COL_ACCESS
};

static const struct tool_column columns[] = {
    [COL_PID] = {"PID", 5, TOOL_RIGHT},       [COL_USER] = {"USER", 8, 0},
    [COL_COMMAND] = {"COMMAND", 15, 0},       [COL_KIND] = {"KIND", 6, 0},
    [COL_WHERE] = {"WHERE", 14, 0},           [COL_SIZE] = {"SIZE", 5, TOOL_RIGHT},
    [COL_OFFSET] = {"OFFSET", 5, TOOL_RIGHT}, [COL_ACCESS] = {"ACCESS", 14, 0},
};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

struct request {
    struct tool_table_options table;
    bool escaped;
};

static const struct {
    uint32_t right;
    const char *name;
} rights[] = {
    {SECTION_QUERY, "SECTION_QUERY"},
    {SECTION_MAP_WRITE, "SECTION_MAP_WRITE"},
    {SECTION_MAP_READ, "SECTION_MAP_READ"},
    {SECTION_MAP_EXECUTE, "SECTION_MAP_EXECUTE"},
    {SECTION_EXTEND_SIZE, "SECTION_EXTEND_SIZE"},
    {SECTION_MAP_EXECUTE_EXPLICIT, "SECTION_MAP_EXECUTE_EXPLICIT"},
};

// A section's rights as rwx, other kinds' as a number.
static void format_access(uint32_t kind, uint32_t access, char out[32])
{
    if (kind != WM_KIND_SECTION) {
        snprintf(out, 32, "0x%x", access);
        return;
    }
    snprintf(out, 32, "%c%c%c", access & SECTION_MAP_READ ? 'r' : '-',
             access & SECTION_MAP_WRITE ? 'w' : '-',
             access & SECTION_MAP_EXECUTE_EXPLICIT ? 'x' : '-');
}

static void format_prot(const struct tool_mapping *mapping, char out[8])
{
    snprintf(out, 8, "%c%c%c%c", mapping->prot & PROT_READ ? 'r' : '-',
             mapping->prot & PROT_WRITE ? 'w' : '-', mapping->prot & PROT_EXEC ? 'x' : '-',
             mapping->shared ? 's' : 'p');
}

// One line of the table.
struct row {
    const char *kind, *access;
    uint64_t where, size, offset;
    bool memory; // has a size and an offset
};

static void add_row(struct tool_table *table, const struct request *request,
                    const struct tool_peer *peer, const struct row *row)
{
    tool_table_row(table, NULL);
    for (unsigned c = 0; c < request->table.chosen.count; c++) {
        char buffer[32] = "";
        const char *text = buffer;

        switch ((enum column)request->table.chosen.list[c]) {
        case COL_PID:
            snprintf(buffer, sizeof(buffer), "%d", peer->pid);
            break;
        case COL_USER:
            text = tool_user_name(peer->uid);
            break;
        case COL_COMMAND:
            text = peer->command;
            break;
        case COL_KIND:
            text = row->kind;
            break;
        case COL_WHERE:
            snprintf(buffer, sizeof(buffer), strcmp(row->kind, "fd") ? "0x%llx" : "%llu",
                     (unsigned long long)row->where);
            break;
        case COL_SIZE:
            if (row->memory)
                tool_table_bytes(&request->table, row->size, buffer);
            break;
        case COL_OFFSET:
            if (row->memory)
                tool_table_bytes(&request->table, row->offset, buffer);
            break;
        case COL_ACCESS:
            text = row->access;
            break;
        }
        tool_table_cell(table, c, text);
    }
}

static void add_peer(struct tool_table *table, const struct request *request,
                     const struct tool_peer *peer, uint32_t kind)
{
    char access[32];

    for (size_t i = 0; i < peer->handle_count; i++) {
        format_access(kind, peer->handles[i].access, access);
        add_row(table, request, peer,
                &(struct row){.kind = "handle", .access = access, .where = peer->handles[i].value});
    }
    for (size_t i = 0; i < peer->view_count; i++) {
        const struct tool_view *view = &peer->views[i];
        const char *protect = view->protect ? tool_protect_name(view->protect) : "";

        add_row(table, request, peer,
                &(struct row){.kind = "view",
                              .access = view->mixed ? "mixed" : protect,
                              .where = view->address,
                              .size = view->size,
                              .offset = view->offset,
                              .memory = true});
    }
    for (size_t i = 0; i < peer->mapping_count; i++) {
        const struct tool_mapping *mapping = &peer->mappings[i];

        format_prot(mapping, access);
        add_row(table, request, peer,
                &(struct row){.kind = "mmap",
                              .access = access,
                              .where = mapping->address,
                              .size = mapping->size,
                              .offset = mapping->offset,
                              .memory = true});
    }
    for (size_t i = 0; i < peer->descriptor_count; i++)
        add_row(table, request, peer,
                &(struct row){.kind = "fd", .where = (uint64_t)peer->descriptors[i]});
}

static void print_table(const struct request *request, const struct tool_listed *name,
                        const struct tool_peers *peers)
{
    struct tool_table *table = tool_table_new(columns, &request->table);

    for (size_t i = 0; i < peers->count; i++)
        add_peer(table, request, &peers->list[i], name->record.kind);
    tool_table_print(table);
}

static json_t *describe_handle(uint32_t kind, const struct tool_handle *handle)
{
    json_t *object = json_object(), *list = json_array();

    for (size_t i = 0; i < sizeof(rights) / sizeof(*rights) && kind == WM_KIND_SECTION; i++)
        if (handle->access & rights[i].right)
            json_array_append_new(list, json_string(rights[i].name));
    json_object_set_new(object, "value", tool_json_hex(handle->value));
    json_object_set_new(object, "access", tool_json_hex(handle->access));
    json_object_set_new(object, "rights", list);
    json_object_set_new(object, "inherit", json_boolean(handle->flags & HANDLE_FLAG_INHERIT));
    return object;
}

static json_t *describe_memory(uint64_t address, uint64_t size, uint64_t offset)
{
    json_t *object = json_object();

    json_object_set_new(object, "address", tool_json_hex(address));
    json_object_set_new(object, "size", tool_json_number(size));
    json_object_set_new(object, "offset", tool_json_number(offset));
    return object;
}

static json_t *describe_view(const struct tool_view *view)
{
    json_t *object = describe_memory(view->address, view->size, view->offset);

    json_object_set_new(object, "protect", tool_json_text(tool_protect_name(view->protect)));
    json_object_set_new(object, "mixed", json_boolean(view->mixed));
    return object;
}

static json_t *describe_mapping(const struct tool_mapping *mapping)
{
    json_t *object = describe_memory(mapping->address, mapping->size, mapping->offset);
    char prot[8];

    format_prot(mapping, prot);
    json_object_set_new(object, "access", json_string(prot));
    return object;
}

static json_t *describe_peer(const struct tool_peer *peer, uint32_t kind)
{
    json_t *object = json_object(), *handles = json_array(), *views = json_array();
    json_t *mappings = json_array(), *descriptors = json_array();

    for (size_t i = 0; i < peer->handle_count; i++)
        json_array_append_new(handles, describe_handle(kind, &peer->handles[i]));
    for (size_t i = 0; i < peer->view_count; i++)
        json_array_append_new(views, describe_view(&peer->views[i]));
    for (size_t i = 0; i < peer->mapping_count; i++)
        json_array_append_new(mappings, describe_mapping(&peer->mappings[i]));
    for (size_t i = 0; i < peer->descriptor_count; i++)
        json_array_append_new(descriptors, json_integer(peer->descriptors[i]));
    json_object_set_new(object, "pid", json_integer(peer->pid));
    json_object_set_new(object, "user", json_string(tool_user_name(peer->uid)));
    json_object_set_new(object, "uid", tool_json_number(peer->uid));
    json_object_set_new(object, "command", json_string(peer->command));
    json_object_set_new(object, "readable", json_boolean(!peer->blind));
    json_object_set_new(object, "handles", handles);
    json_object_set_new(object, "views", views);
    json_object_set_new(object, "mappings", mappings);
    json_object_set_new(object, "descriptors", descriptors);
    return object;
}

static void print_json(const struct tool_listed *name, const struct tool_peers *peers)
{
    json_t *object = tool_json_name(name), *list = json_array();

    for (size_t i = 0; i < peers->count; i++)
        json_array_append_new(list, describe_peer(&peers->list[i], name->record.kind));
    json_object_set_new(object, "processes", list);
    tool_json_print("name", object);
}

static const struct option options[] = {
    TOOL_OPTIONS,
    TOOL_TABLE_OPTIONS,
    {0},
};

static int read_options(int argc, char **argv, struct request *request)
{
    for (int letter; (letter = getopt_long(argc, argv, TOOL_LETTERS TOOL_TABLE_LETTERS, options,
                                           NULL)) != -1;) {
        switch (letter) {
        case 'h':
            return tool_help();
        case 'E':
            request->escaped = true;
            break;
        default:
            if (!tool_table_option(letter, columns, COLUMNS, &request->table))
                return TOOL_USAGE;
        }
    }
    return argc - optind == 1 ? -1 : tool_usage("one name, please");
}

static int show(const struct request *request, const struct tool_name *name)
{
    struct tool_listed listed;
    struct tool_peers peers;
    NTSTATUS st = tool_listed_find(name, &listed);

    if (st)
        return tool_status_error(name->shown, st);
    tool_find_peers(&listed, &peers);
    if (request->table.json)
        print_json(&listed, &peers);
    else
        print_table(request, &listed, &peers);
    tool_peers_free(&peers);
    tool_listed_free(&listed);
    return TOOL_DONE;
}

static int run(int argc, char **argv)
{
    struct request request = {.table.chosen = {{COL_PID, COL_USER, COL_COMMAND, COL_KIND, COL_WHERE,
                                                COL_SIZE, COL_OFFSET, COL_ACCESS},
                                               COLUMNS}};
    int code = read_options(argc, argv, &request);
    struct tool_name name;

    if (code >= 0)
        return code;
    if (!tool_name_read(argv[optind], request.escaped, &name))
        return TOOL_USAGE;
    code = show(&request, &name);
    tool_name_free(&name);
    return code;
}

const struct tool_command tool_who = {
    .name = "who",
    .arguments = "[-bEJnr] [-o COLUMNS] NAME",
    .purpose = "Lists the processes that have a name's handles, views or mappings",
    .options = "  -b, --bytes         sizes in bytes\n"
               "  -E, --escaped       NAME is written as 'winmem ls' prints it\n"
               "  -J, --json          JSON instead of a table\n"
               "  -n, --noheadings    no line of headings\n"
               "  -o, --output LIST   columns, separated by commas:\n"
               "                      PID USER COMMAND KIND WHERE SIZE OFFSET ACCESS\n"
               "  -r, --raw           columns separated by one blank, blanks escaped\n",
    .run = run,
};

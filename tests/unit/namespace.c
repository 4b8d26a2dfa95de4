// SPDX-License-Identifier: MIT
// Named objects: one object a name, handles and their ends, threads, forks, the end of the process.
// protocol: --list
#include "names.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include <handleapi.h>

#include "base/compiler.h"
#include "host/fault.h"
#include "nt/object/handle.h"
#include "nt/object/namespace.h"

// An object of the test's own kind, called an event.
struct thing {
    struct wm_object object;
    bool created;
};

static _Atomic int living, built, described;

static void thing_destroy(struct wm_object *object)
{
    wm_named_destroy(object);
    atomic_fetch_sub(&living, 1);
    free(wm_container_of(object, struct thing, object));
}

static const struct wm_object_type thing_type = {
    .kind = WM_KIND_EVENT,
    .name = "Thing",
    .map = {.GenericRead = 1, .GenericWrite = 2, .GenericExecute = 4, .GenericAll = 7},
    .valid = 7,
    .cleanup = wm_named_cleanup,
    .destroy = thing_destroy,
};

static NTSTATUS thing_describe(void *args, struct wm_name_record *record, const void **extra)
{
    (void)extra;
    atomic_fetch_add(&described, 1);
    EXPECT(record->owner_access == 7 && record->other_access == 0);
    record->data_size = 4096;
    record->size = args ? *(uint64_t *)args : 0;
    return args && *(uint64_t *)args == 13 ? STATUS_NO_MEMORY : STATUS_SUCCESS;
}

static NTSTATUS thing_build(struct wm_name *name, bool created, void *args,
                            struct wm_object **object)
{
    struct thing *thing = calloc(1, sizeof(*thing));

    EXPECT(thing && (created || !args));
    EXPECT(name->record.kind == WM_KIND_EVENT);
    wm_object_init(&thing->object, &thing_type);
    thing->created = created;
    atomic_fetch_add(&living, 1);
    atomic_fetch_add(&built, 1);
    *object = &thing->object;
    return STATUS_SUCCESS;
}

static const struct wm_named_type things = {&thing_type, thing_describe, NULL, thing_build};

static const struct wm_object_type other_type = {
    .kind = WM_KIND_MUTANT, .name = "Other", .valid = 7, .destroy = thing_destroy};
static const struct wm_named_type others = {&other_type, thing_describe, NULL, thing_build};

struct text {
    uint16_t units[64];
    UNICODE_STRING string;
    OBJECT_ATTRIBUTES attributes;
};

static OBJECT_ATTRIBUTES *attributes(struct text *text, const char *name, ULONG flags)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < length; i++)
        text->units[i] = (unsigned char)name[i];
    text->string = (UNICODE_STRING){(USHORT)(length * 2), sizeof(text->units), (void *)text->units};
    InitializeObjectAttributes(&text->attributes, &text->string, flags, WM_BASE_NAMED_OBJECTS,
                               NULL);
    return &text->attributes;
}

static NTSTATUS create(const char *name, ULONG flags, HANDLE *handle)
{
    struct text text;

    return wm_named_create(&things, NULL, attributes(&text, name, flags), 7, handle);
}

static NTSTATUS open_thing(const char *name, ACCESS_MASK access, HANDLE *handle)
{
    struct text text;

    return wm_named_open(&things, attributes(&text, name, 0), access, handle);
}

static HANDLE must_create(const char *name)
{
    HANDLE handle;

    EXPECT_EQ(create(name, OBJ_OPENIF, &handle), STATUS_SUCCESS);
    return handle;
}

static void close_thing(HANDLE handle)
{
    EXPECT_EQ(wm_handle_close(handle), STATUS_SUCCESS);
}

TEST(a_process_has_one_object_a_name)
{
    HANDLE a = must_create("one"), b, c;
    struct wm_handle_use first, second;

    EXPECT_EQ(create("one", OBJ_OPENIF, &b), STATUS_OBJECT_NAME_EXISTS);
    EXPECT_EQ(open_thing("Local\\one", 1, &c), STATUS_SUCCESS);
    EXPECT_EQ(atomic_load(&built), 1);
    EXPECT_EQ(wm_handle_use(a, WM_KIND_EVENT, 7, &first), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_use(c, WM_KIND_EVENT, 1, &second), STATUS_SUCCESS);
    EXPECT(first.object == second.object);
    wm_handle_end(&first);
    wm_handle_end(&second);
    EXPECT_EQ(wm_handle_use(c, WM_KIND_EVENT, 2, &second), STATUS_ACCESS_DENIED);
    close_thing(a);
    close_thing(b);
    EXPECT_EQ(name_files(), 1);
    close_thing(c);
    EXPECT_EQ(name_files(), 0);
    EXPECT_EQ(atomic_load(&living), 0);
    EXPECT_EQ(open_thing("one", 1, &a), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(a_second_open_takes_no_host_call)
{
    HANDLE a = must_create("again"), b;

    host_calls_reset();
    EXPECT_EQ(open_thing("again", 7, &b), STATUS_SUCCESS);
    close_thing(b);
    EXPECT_EQ(create("again", OBJ_OPENIF, &b), STATUS_OBJECT_NAME_EXISTS);
    close_thing(b);
    EXPECT_EQ(host_calls_count(), 0);
    close_thing(a);
    host_calls_reset();
    a = must_create("again");
    EXPECT_EQ(host_calls_count(), 5);
    close_thing(a);
    EXPECT_EQ(host_calls_count(), 5 + 4);
}

TEST(answers_of_create_and_open)
{
    struct text text;
    uint64_t bad = 13;
    HANDLE a = must_create("x"), b;

    EXPECT_EQ(create("x", 0, &b), STATUS_OBJECT_NAME_COLLISION);
    EXPECT_EQ(wm_named_open(&others, attributes(&text, "x", 0), 1, &b),
              STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(wm_named_create(&others, NULL, attributes(&text, "x", OBJ_OPENIF), 1, &b),
              STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(open_thing("x", 8, &b), STATUS_ACCESS_DENIED);
    EXPECT_EQ(open_thing("y", 1, &b), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(open_thing("x\\y", 1, &b), STATUS_OBJECT_PATH_NOT_FOUND);
    EXPECT_EQ(open_thing("", 1, &b), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(wm_named_create(&things, &bad, attributes(&text, "y", 0), 1, &b), STATUS_NO_MEMORY);
    EXPECT_EQ(open_thing("y", 1, &b), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(wm_named_open(&things, attributes(&text, "x", OBJ_INHERIT), MAXIMUM_ALLOWED, &b),
              STATUS_SUCCESS);
    ULONG flags;
    EXPECT_EQ(wm_handle_get_flags(b, &flags), STATUS_SUCCESS);
    EXPECT_EQ(flags, HANDLE_FLAG_INHERIT);
    close_thing(a);
    close_thing(b);
    EXPECT_EQ(name_files(), 0);
    EXPECT_EQ(atomic_load(&living), 0);
}

// The same, between processes: through the file.
TEST(answers_between_processes)
{
    HANDLE a = must_create("x"), b;
    struct partner partner;
    struct text text;

    if (partner_start(&partner)) {
        partner_hear(&partner);
        EXPECT_EQ(create("x", 0, &b), STATUS_OBJECT_NAME_COLLISION);
        EXPECT_EQ(wm_named_open(&others, attributes(&text, "x", 0), 1, &b),
                  STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(open_thing("x", 8, &b), STATUS_ACCESS_DENIED);
        EXPECT_EQ(create("x", OBJ_OPENIF, &b), STATUS_OBJECT_NAME_EXISTS);
        partner_say(&partner);
        partner_hear(&partner);
        close_thing(b);
        _exit(0);
    }
    close_thing(a); // the child has it from the fork; it is made anew
    close_thing(must_create("other"));
    partner_say(&partner);
    partner_hear(&partner);
    EXPECT_EQ(open_thing("x", 1, &a), STATUS_SUCCESS);
    close_thing(a);
    partner_say(&partner);
    EXPECT_EQ(partner_end(&partner), 0);
}

TEST(an_object_without_name_has_a_file)
{
    HANDLE a, b;
    struct wm_handle_use use;

    EXPECT_EQ(wm_named_create(&things, NULL, NULL, 7, &a), STATUS_SUCCESS);
    EXPECT_EQ(wm_named_create(&things, NULL, NULL, 7, &b), STATUS_SUCCESS);
    EXPECT_EQ(wm_handle_use(a, WM_KIND_EVENT, 7, &use), STATUS_SUCCESS);
    EXPECT(use.object->name && use.object->name->key.length == 0);
    wm_handle_end(&use);
    EXPECT_EQ(atomic_load(&built), 2);
    EXPECT_EQ(name_files(), 0);
    close_thing(a);
    close_thing(b);
    EXPECT_EQ(atomic_load(&living), 0);
}

#define THREADS 4
static const char *const few[] = {"a", "b", "c"};
static _Atomic unsigned failures;

static void *open_and_close(void *arg)
{
    uint64_t state = (uintptr_t)arg;
    HANDLE handle;
    NTSTATUS st;

    for (int i = 0; i < 2000 / UNIT_SLOW; i++) {
        const char *name = few[unit_random(&state) % 3];

        st = unit_random(&state) % 2 ? create(name, OBJ_OPENIF, &handle)
                                     : open_thing(name, 7, &handle);
        if (st == STATUS_SUCCESS || st == STATUS_OBJECT_NAME_EXISTS)
            close_thing(handle);
        else if (st != STATUS_OBJECT_NAME_NOT_FOUND)
            atomic_fetch_add(&failures, 1);
    }
    return NULL;
}

// Among them: a name is opened while its last handle is being closed.
TEST(threads_share_names)
{
    pthread_t threads[THREADS];

    for (uintptr_t i = 0; i < THREADS; i++)
        EXPECT_EQ(pthread_create(&threads[i], NULL, open_and_close, (void *)(i + 1)), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQ(atomic_load(&failures), 0);
    EXPECT_EQ(atomic_load(&living), 0);
    EXPECT_EQ(name_files(), 0);
}

TEST(forks_beside_threads_leave_nothing)
{
    pthread_t threads[THREADS];
    int status;

    for (uintptr_t i = 0; i < THREADS; i++)
        EXPECT_EQ(pthread_create(&threads[i], NULL, open_and_close, (void *)(i + 1)), 0);
    for (int i = 0; i < 50 / UNIT_SLOW; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            wm_namespace_exit(); // the names of the parent's threads, too
            _exit(0);
        }
        EXPECT(waitpid(pid, &status, 0) == pid);
        EXPECT_EQ(status, 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQ(atomic_load(&failures), 0);
    wm_namespace_exit();
    EXPECT_EQ(name_files(), 0);
}

TEST(the_end_of_the_process_gives_up_its_names)
{
    HANDLE kept = must_create("kept");
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        must_create("one");
        must_create("two");
        exit(0); // with the one it has from its parent, too
    }
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(name_files(), 1);
    close_thing(kept);
    must_create("left open"); // the runner looks
    must_create("this, too");
}

TEST(many_names)
{
    static HANDLE handles[1000];
    char name[32];

    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "Local\\many %d", i);
        handles[i] = must_create(name);
    }
    EXPECT_EQ(name_files(), 1000);
    for (int i = 0; i < 1000; i += 2)
        close_thing(handles[i]);
    for (int i = 0; i < 1000; i++) {
        HANDLE handle;

        snprintf(name, sizeof(name), "many %d", i);
        EXPECT_EQ(open_thing(name, 1, &handle),
                  i % 2 ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND);
        if (i % 2)
            close_thing(handle);
    }
    for (int i = 1; i < 1000; i += 2)
        close_thing(handles[i]);
    EXPECT_EQ(name_files(), 0);
}

// SPDX-License-Identifier: MIT
// Named memory through Boost.Interprocess, built where its headers are found.
extern "C" {
#include "bench.h"
extern const struct bench_side boost_sides[];
}

#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/shared_memory_object.hpp>

#include <string>
#include <unistd.h>

namespace bip = boost::interprocess;

namespace
{

struct state {
    std::string name;
    size_t size;
    int touch;
};

void use(const state &s, const bip::shared_memory_object &memory)
{
    bip::mapped_region region(memory, bip::read_write, 0, s.size);

    bench_touch_byte(static_cast<unsigned char *>(region.get_address()), s.touch);
}

void *make_open(const bench_config *config)
{
    static unsigned count;

    return new state{"winmem-bench-boost-" + std::to_string(getpid()) + "." +
                         std::to_string(++count),
                     static_cast<size_t>(config->size), config->touch};
}

void make(const state &s)
{
    bip::shared_memory_object memory(bip::create_only, s.name.c_str(), bip::read_write);

    memory.truncate(static_cast<bip::offset_t>(s.size));
    use(s, memory);
}

void create_run(void *opened, size_t times)
{
    const state &s = *static_cast<state *>(opened);

    bench_start();
    for (size_t i = 0; i < times; i++) {
        make(s);
        bip::shared_memory_object::remove(s.name.c_str());
    }
    bench_stop();
}

void *existing_open(const bench_config *config)
{
    void *opened = make_open(config);

    make(*static_cast<state *>(opened));
    return opened;
}

void open_run(void *opened, size_t times)
{
    const state &s = *static_cast<state *>(opened);

    bench_start();
    for (size_t i = 0; i < times; i++)
        use(s, bip::shared_memory_object(bip::open_only, s.name.c_str(), bip::read_write));
    bench_stop();
}

void close_any(void *opened)
{
    state *s = static_cast<state *>(opened);

    bip::shared_memory_object::remove(s->name.c_str());
    delete s;
}

} // namespace

extern "C" const struct bench_side boost_sides[] = {
    {"boost-create", make_open, create_run, close_any},
    {"boost-open", existing_open, open_run, close_any},
    {nullptr, nullptr, nullptr, nullptr},
};

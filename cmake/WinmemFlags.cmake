# SPDX-License-Identifier: MIT
# Compiler and linker flags of everything in this tree, and the functions that apply them.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_package(Threads REQUIRED)

# Instrumentation goes to every object of the build: a half-instrumented process misleads.
set(WINMEM_INSTRUMENTED OFF)
if(WINMEM_SANITIZE)
    set(WINMEM_INSTRUMENTED ON)
    add_compile_options(-fsanitize=${WINMEM_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${WINMEM_SANITIZE})
    if(WINMEM_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
        add_link_options(-fno-sanitize-recover=undefined)
    endif()
    if(WINMEM_SANITIZE MATCHES "thread" AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
        add_compile_options(-Wno-tsan) # fences, which ThreadSanitizer doesn't model
    endif()
endif()
if(WINMEM_COVERAGE)
    set(WINMEM_INSTRUMENTED ON)
    # Threads and killed processes update the counters too.
    add_compile_options(--coverage -fprofile-update=atomic)
    add_link_options(--coverage)
endif()
if(WINMEM_FUZZ)
    set(WINMEM_INSTRUMENTED ON)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Warnings for `target`; errors where the builder asks for that.
function(winmem_warnings target)
    target_compile_options(${target} PRIVATE -Wall -Wextra $<$<BOOL:${WINMEM_WERROR}>:-Werror>
        $<$<COMPILE_LANG_AND_ID:C,Clang>:-Wthread-safety>)
endfunction()

# Flags of the library's own objects. `wide` is short (UTF-16 wchar_t) or long (UTF-32).
function(winmem_library_flags target wide)
    winmem_warnings(${target})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON
        C_VISIBILITY_PRESET hidden)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE
        $<$<BOOL:${WINMEM_ASSERTS}>:WM_ASSERTS=1>
        $<$<BOOL:${WINMEM_DEEP_ASSERTS}>:WM_DEEP_ASSERTS=1>)
    target_compile_options(${target} PRIVATE -fno-semantic-interposition
        -ftls-model=initial-exec -fno-math-errno -fno-strict-aliasing)
    if(wide STREQUAL "short")
        target_compile_options(${target} PRIVATE -fshort-wchar)
    else()
        target_compile_options(${target} PRIVATE -fno-short-wchar)
    endif()
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src
        ${PROJECT_SOURCE_DIR}/include/winmem)
endfunction()

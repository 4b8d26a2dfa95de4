// SPDX-License-Identifier: MIT
// Memory by name from Rust.
use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicU32, Ordering};

#[link(name = "winmem")]
extern "C" {
    fn winmem_GetLastError() -> u32;
    fn winmem_CreateFileMappingA(file: *mut c_void, security: *mut c_void, protect: u32, high: u32,
                                 low: u32, name: *const c_char) -> *mut c_void;
    fn winmem_MapViewOfFile(section: *mut c_void, access: u32, high: u32, low: u32, size: usize)
                            -> *mut c_void;
}

fn main() {
    let (no_file, name) = (-1isize as *mut c_void, b"Local\\demo\0");
    let count = unsafe {
        let section = winmem_CreateFileMappingA(no_file, std::ptr::null_mut(), 4, 0, 4096,
                                                name.as_ptr() as *const c_char);
        let view = winmem_MapViewOfFile(section, 2, 0, 0, 0) as *const AtomicU32;
        view.as_ref().unwrap_or_else(|| panic!("error {}", winmem_GetLastError()))
    };
    println!("Rust counts {}", count.fetch_add(1, Ordering::SeqCst) + 1);
}

//! Where tree-sitter's trees live: in mimalloc's memory, with which a parse takes three quarters of its time (measured:
//! a tree is many small pieces, made and freed in one thread). Neighbour: `noxflow::memory`, the same for Rust.

use std::alloc::{Layout, handle_alloc_error};
use std::ffi::c_void;
use std::sync::Once;

use libmimalloc_sys::{mi_free, mi_malloc, mi_realloc, mi_zalloc};
use tree_sitter::Allocator;

/// Called before any parser is made; does its work once.
#[expect(unsafe_code, reason = "tree-sitter takes its allocator as four C functions")]
pub(super) fn set() {
    static SET: Once = Once::new();
    let allocator = Allocator { malloc, calloc, realloc, free: mi_free };
    // SAFETY: all four are mimalloc's and give no null; it aligns as malloc does. This is the only place that makes
    // parsers, so that nothing of tree-sitter's is alive yet, and `Once` lets one thread in and the others wait.
    SET.call_once(|| unsafe { tree_sitter::set_allocator(Some(allocator)) });
}

#[expect(unsafe_code, reason = "called by tree-sitter, as `malloc` is")]
unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for.
    given(unsafe { mi_malloc(size) })
}

#[expect(unsafe_code, reason = "called by tree-sitter, as `calloc` is")]
unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    // SAFETY: as above; a product that is too large is more than there is.
    given(unsafe { mi_zalloc(count.saturating_mul(size)) })
}

#[expect(unsafe_code, reason = "called by tree-sitter, as `realloc` is")]
unsafe extern "C" fn realloc(old: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: `old` is null or one of ours.
    given(unsafe { mi_realloc(old, size) })
}

/// tree-sitter expects memory to be there, and ends the process itself where it is not.
fn given(memory: *mut c_void) -> *mut c_void {
    if memory.is_null() {
        handle_alloc_error(Layout::new::<c_void>());
    }
    memory
}

//! How much memory the allocator may keep for itself.

/// Arenas of glibc's allocator. By default every thread gets its own, and what one has freed the others cannot use:
/// our threads hand the same files on to each other, so that costs megabytes and saves nothing.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const ARENAS: libc::c_int = 2;

/// Called once, before the first thread.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the allocator's settings have no safe name")]
pub(super) fn restrain() {
    // SAFETY: sets numbers in the allocator, under its own lock.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, ARENAS);
        // Memory above this goes back to the system; by itself the limit grows with the largest tree ever freed.
        libc::mallopt(libc::M_TRIM_THRESHOLD, 512 << 10);
        libc::mallopt(libc::M_MMAP_THRESHOLD, 256 << 10);
    }
}

/// Elsewhere the defaults are fine.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn restrain() {}

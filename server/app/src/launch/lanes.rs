//! How many sessions run at once when nobody says: one for each core, as far as the memory goes.

use std::fs;
use std::path::Path;

/// Memory that a session is given room for: an installer, a type checker or a test suite of medium size.
const SESSION: u64 = 512 << 20;

/// Sessions at once on this machine. It follows from what the machine (or its container) has, not from what is free at
/// the moment, so that forecasts do not waver.
pub fn of_this_machine() -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    lanes(cores, memory())
}

fn lanes(cores: usize, memory: Option<u64>) -> usize {
    let room = memory.map_or(cores, |bytes| usize::try_from(bytes / SESSION).unwrap_or(usize::MAX));
    cores.min(room).max(1)
}

/// Bytes of memory; `None` where the system does not say it in a file (Linux does).
fn memory() -> Option<u64> {
    let all = total(&fs::read_to_string("/proc/meminfo").ok()?)?;
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    Some(all.min(limit(&groups, Path::new("/sys/fs/cgroup")).unwrap_or(u64::MAX)))
}

fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The lowest limit on the way from our control group to the root, of either version; a container sees its own as root.
fn limit(groups: &str, root: &Path) -> Option<u64> {
    let read = |file: &Path| fs::read_to_string(file).ok()?.trim().parse::<u64>().ok(); // `max`: none
    let limits = groups.lines().flat_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, group) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let (root, file) = match controllers {
            "" => (root.to_path_buf(), "memory.max"),
            _ if controllers.split(',').any(|it| it == "memory") => (root.join("memory"), "memory.limit_in_bytes"),
            _ => return Vec::new(),
        };
        let folders = Path::new(group.trim_start_matches('/')).ancestors().map(|group| root.join(group));
        folders.filter_map(|folder| read(&folder.join(file))).collect()
    });
    limits.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_bounds_what_cores_would_allow() {
        assert_eq!(lanes(8, Some(16 << 30)), 8);
        assert_eq!(lanes(8, Some(2 << 30)), 4);
        assert_eq!(lanes(8, None), 8);
        assert_eq!(lanes(2, Some(100 << 20)), 1, "one always can");
    }

    #[test]
    fn the_tightest_control_group_counts() {
        let root = tempfile::tempdir().expect("a scratch folder");
        let inner = root.path().join("user/build");
        fs::create_dir_all(&inner).expect("made");
        fs::write(root.path().join("user/memory.max"), "1000\n").expect("written");
        fs::write(inner.join("memory.max"), "max\n").expect("written");
        assert_eq!(limit("0::/user/build\n", root.path()), Some(1000));
        assert_eq!(limit("0::/\n", root.path()), None);
    }

    #[test]
    fn the_first_kind_of_control_group_is_known_too() {
        let root = tempfile::tempdir().expect("a scratch folder");
        fs::create_dir_all(root.path().join("memory/job")).expect("made");
        fs::write(root.path().join("memory/job/memory.limit_in_bytes"), "2000\n").expect("written");
        assert_eq!(limit("5:cpu:/job\n4:memory:/job\n", root.path()), Some(2000));
    }

    #[test]
    fn memory_is_read_as_linux_writes_it() {
        assert_eq!(total("MemTotal:       16384 kB\nMemFree: 1 kB\n"), Some(16 << 20));
    }
}

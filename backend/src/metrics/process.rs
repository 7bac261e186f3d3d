//! What the operating system knows of this process, under the names that every exporter uses. Read from `/proc`
//! when somebody asks; where there is none, nothing is shown.

use std::fs;

use super::exposition::Exposition;

/// Clock ticks in a second, as Linux shows them to programs on every architecture (`USER_HZ`, proc(5)).
const TICKS: f64 = 100.0;

/// Linux shows sizes in `statm` in pages, but in `status` in this.
const KIB: u64 = 1_024;

pub(super) fn write(page: &mut Exposition) {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let status = read("/proc/self/status");
    if let Some(kib) = field(&status, "VmRSS:") {
        page.gauge(
            "process_resident_memory_bytes",
            "Resident memory.",
            kib * KIB,
        );
    }
    if let Some(kib) = field(&status, "VmSize:") {
        page.gauge("process_virtual_memory_bytes", "Virtual memory.", kib * KIB);
    }
    if let Some(threads) = field(&status, "Threads:") {
        page.gauge("process_threads", "Threads.", threads);
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        page.gauge(
            "process_open_fds",
            "Open files and sockets.",
            // Not the folder itself, which is open now.
            files.count().saturating_sub(1),
        );
    }
    if let Some(limit) = soft_limit(&read("/proc/self/limits")) {
        page.gauge(
            "process_max_fds",
            "Files and sockets that may be open.",
            limit,
        );
    }
    let stat = read("/proc/self/stat");
    if let Some(Times {
        seconds,
        since_boot,
    }) = times(&stat)
    {
        page.counter(
            "process_cpu_seconds_total",
            "Processor time, user and system.",
            seconds,
        );
        if let Some(boot) = field(&read("/proc/stat"), "btime ") {
            #[expect(clippy::cast_precision_loss, reason = "seconds since 1970")]
            let start = boot as f64 + since_boot;
            page.gauge(
                "process_start_time_seconds",
                "When it started, since the Unix epoch.",
                start,
            );
        }
    }
}

/// The number behind a name at the beginning of a line.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

fn soft_limit(limits: &str) -> Option<u64> {
    field(limits, "Max open files")
}

struct Times {
    seconds: f64,
    since_boot: f64,
}

/// Fields 14, 15 and 22 of proc_pid_stat(5). The second field is the program's name, which may hold spaces and
/// brackets.
fn times(stat: &str) -> Option<Times> {
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
    Some(Times {
        seconds: (ticks(14)? + ticks(15)?) / TICKS,
        since_boot: ticks(22)? / TICKS,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_with_a_strange_name_has_times_too() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 250 150 0 0 20 0 5 0 4200 1 2";
        let Times {
            seconds,
            since_boot,
        } = times(stat).unwrap();
        assert!((seconds - 4.0).abs() < 1e-9);
        assert!((since_boot - 42.0).abs() < 1e-9);
        assert!(times("7 (x) S 1").is_none() && times("").is_none());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_linux_says_is_plausible() {
        let mut page = Exposition::default();
        write(&mut page);
        let text = page.into_text();
        let value = |name: &str| -> f64 {
            let line = text.lines().find(|line| line.starts_with(name));
            let (_, value) = line
                .unwrap_or_else(|| panic!("{name}: {text}"))
                .split_once(' ')
                .unwrap();
            value.parse().unwrap()
        };
        assert!(value("process_resident_memory_bytes ") > 1e6);
        assert!(value("process_open_fds ") >= 3.0);
        assert!(value("process_max_fds ") >= value("process_open_fds "));
        assert!(value("process_threads ") >= 1.0);
        assert!(value("process_cpu_seconds_total ") >= 0.0);
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs_f64();
        let age = now - value("process_start_time_seconds ");
        assert!((-2.0..600.0).contains(&age), "{age}");
    }
}

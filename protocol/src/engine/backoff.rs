//! Waiting between tries: exponential backoff with full jitter, so that many who failed together do not come
//! back together (AWS Architecture Blog, "Exponential Backoff and Jitter").

use std::time::Duration;

use super::random::Random;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// No wait is shorter, so that no failure becomes a hot loop.
pub(super) const SHORTEST: Duration = Duration::from_millis(250);

/// How long to wait after this many failures in a row.
pub(super) fn delay(failures: u32, random: &mut Random) -> Duration {
    // 30 s is reached after six doublings; the cap keeps the shift in range.
    let ceiling = FIRST * (1 << failures.saturating_sub(1).min(6));
    random.span(ceiling.min(LONGEST)).max(SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Promise 75: full jitter from 0.5 s to 30 s, never under 250 ms.
    #[test]
    fn waits_grow_to_thirty_seconds_and_never_fall_under_a_quarter() {
        let mut random = Random::new(1);
        for failures in 0..100 {
            let ceiling = Duration::from_millis(500 << failures.clamp(1, 7) >> 1).min(LONGEST);
            let waits: Vec<_> = (0..200).map(|_| delay(failures, &mut random)).collect();
            assert!(
                waits.iter().all(|wait| (SHORTEST..=ceiling).contains(wait)),
                "{failures}"
            );
            assert!(
                waits.iter().any(|wait| *wait > ceiling * 9 / 10),
                "{failures}"
            );
            assert!(
                waits
                    .iter()
                    .any(|wait| *wait <= (ceiling / 5).max(SHORTEST)),
                "{failures}"
            );
        }
    }
}

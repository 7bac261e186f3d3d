//! A QR code (ISO/IEC 18004), drawn as one path.

use std::fmt::Write;

use qrcodegen::{QrCode as Modules, QrCodeEcc};
use yew::prelude::*;

/// Light modules around the code, without which cameras do not find it (ISO/IEC 18004, section 9.1).
const QUIET_ZONE: i32 = 4;

/// The dark modules as a path, and how many modules the drawing has on a side.
#[derive(Debug, PartialEq, Eq)]
struct Drawing {
    side: i32,
    path: String,
}

/// Draws `text`, each horizontal run of dark modules as one rectangle; `None` where it is too long for any code.
fn draw(text: &str) -> Option<Drawing> {
    let modules = Modules::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = modules.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let start = x;
            // What is outside is light.
            while modules.get_module(x, y) {
                x += 1;
            }
            let run = x - start;
            if run > 0 {
                let (left, top) = (start + QUIET_ZONE, y + QUIET_ZONE);
                // Writing to a string cannot fail.
                let _ = write!(path, "M{left} {top}h{run}v1h-{run}z");
            }
            x += 1;
        }
    }
    let side = size + 2 * QUIET_ZONE;
    Some(Drawing { side, path })
}

#[derive(Properties, PartialEq)]
pub(crate) struct QrCodeProps {
    pub(crate) text: AttrValue,
    /// What the code is, for those who cannot see it; never what it says.
    pub(crate) label: AttrValue,
}

/// Dark on light in every theme, since some cameras read nothing else.
#[component]
pub(crate) fn QrCode(props: &QrCodeProps) -> Html {
    let drawing = use_memo(props.text.clone(), |text| draw(text));
    let Some(Drawing { side, path }) = &*drawing else {
        return Html::default();
    };
    html! {
        <svg
            class="qr-code"
            viewBox={format!("0 0 {side} {side}")}
            shape-rendering="crispEdges"
            role="img"
            aria-label={props.label.clone()}
        >
            <rect class="qr-ground" width={side.to_string()} height={side.to_string()} />
            <path class="qr-modules" d={path.clone()} />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dark modules of a drawing, row by row.
    fn bitmap(drawing: &Drawing) -> Vec<Vec<bool>> {
        let side = usize::try_from(drawing.side).unwrap();
        let mut rows = vec![vec![false; side]; side];
        for run in drawing.path.split('M').skip(1) {
            let (left, rest) = run.split_once(' ').unwrap();
            let (top, rest) = rest.split_once('h').unwrap();
            let (length, rest) = rest.split_once('v').unwrap();
            assert_eq!(rest, format!("1h-{length}z"));
            let [left, top, length] = [left, top, length].map(|n| n.parse::<usize>().unwrap());
            for module in &mut rows[top][left..left + length] {
                assert!(!*module, "runs lie on each other");
                *module = true;
            }
        }
        rows
    }

    const DIGITS: &str = "012345678901234567890123456789012345678901234567890123456789";

    #[test]
    fn sixty_digits_fit_a_code_that_a_camera_reads_from_afar() {
        // Version 2 has 25 modules on a side.
        assert_eq!(draw(DIGITS).unwrap().side, 25 + 2 * QUIET_ZONE);
    }

    #[test]
    fn three_corners_have_the_finder_pattern_and_the_border_is_light() {
        const FINDER: [&str; 7] = [
            "#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######",
        ];
        let drawing = draw("https://banter.example/r/tea-time").unwrap();
        let rows = bitmap(&drawing);
        let quiet = usize::try_from(QUIET_ZONE).unwrap();
        let last = rows.len() - quiet - 7;
        for (top, left) in [(quiet, quiet), (quiet, last), (last, quiet)] {
            for (y, line) in FINDER.iter().enumerate() {
                for (x, module) in line.chars().enumerate() {
                    assert_eq!(rows[top + y][left + x], module == '#', "{x} {y}");
                }
            }
        }
        for (y, row) in rows.iter().enumerate() {
            for (x, &is_dark) in row.iter().enumerate() {
                let is_border = [x, y]
                    .iter()
                    .any(|&place| place < quiet || place >= rows.len() - quiet);
                assert!(!(is_dark && is_border), "{x} {y}");
            }
        }
    }

    #[test]
    fn runs_are_as_long_as_they_can_be_and_draw_every_module() {
        let drawing = draw(DIGITS).unwrap();
        let rows = bitmap(&drawing);
        let starts = |row: &Vec<bool>| row.windows(2).filter(|pair| pair == &[false, true]).count();
        let runs: usize = rows.iter().map(starts).sum();
        assert_eq!(drawing.path.matches('M').count(), runs);
        let modules = Modules::encode_text(DIGITS, QrCodeEcc::Medium).unwrap();
        let quiet = usize::try_from(QUIET_ZONE).unwrap();
        for y in 0..modules.size() {
            for x in 0..modules.size() {
                let [column, row] = [x, y].map(|n| usize::try_from(n).unwrap() + quiet);
                assert_eq!(rows[row][column], modules.get_module(x, y));
            }
        }
    }

    #[test]
    fn what_is_too_long_is_not_drawn() {
        assert_eq!(draw(&"x".repeat(5_000)), None);
    }
}

//! The table, and the one statistic in it.

use crate::contender::{Contender, Server};

/// Above the rows.
pub(crate) fn heading() {
    println!(
        "  {:<52} {:>14} {:>14} {:>7} {:>9}",
        "", "banter", "bare relay", "ratio", "aim"
    );
}

/// One figure of both.
pub(crate) fn row(what: &str, unit: &str, [banter, bare]: [f64; 2], aim: &str) {
    let text = |figure: f64| match figure {
        large if large >= 1_000.0 => format!("{large:.0} {unit}"),
        middle if middle >= 10.0 => format!("{middle:.1} {unit}"),
        small => format!("{small:.2} {unit}"),
    };
    println!(
        "  {what:<52} {:>14} {:>14} {:>6.2}x {aim:>9}",
        text(banter),
        text(bare),
        banter / bare,
    );
}

/// Measures both in turns, each time at a server of its own, and gives the medians of each figure.
pub(crate) fn in_turns<const N: usize>(
    rounds: usize,
    measure: impl Fn(&Server) -> [f64; N],
) -> [[f64; 2]; N] {
    let mut figures: [[Vec<f64>; 2]; N] = std::array::from_fn(|_| Default::default());
    for round in 0..rounds {
        let mut order = [Contender::Banter, Contender::Bare];
        order.rotate_left(round % 2);
        for contender in order {
            let measured = measure(&Server::start(contender));
            for (figures, figure) in figures.iter_mut().zip(measured) {
                figures[contender as usize].push(figure);
            }
        }
    }
    figures.map(|both| both.map(median))
}

/// The middle of the figures; of an even number of them, the lower middle.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[(figures.len() - 1) / 2]
}

//! Tables, and the one statistic in them.

/// What a figure was measured with, to be said above its table.
pub(crate) fn heading(title: &str, columns: [&str; 4]) {
    println!("\n{title}");
    let [banter, reference, ratio, aim] = columns;
    println!(
        "  {:<44} {banter:>12} {reference:>12} {ratio:>8} {aim:>10}",
        ""
    );
}

/// One figure beside its reference.
pub(crate) fn row(what: &str, unit: &str, banter: f64, reference: f64, aim: &str) {
    let with_unit = |figure: f64| {
        if figure < 10.0 {
            format!("{figure:.2} {unit}")
        } else {
            format!("{figure:.1} {unit}")
        }
    };
    let (banter_text, reference_text) = (with_unit(banter), with_unit(reference));
    let ratio = if reference > 0.0 {
        format!("{:.2}x", banter / reference)
    } else {
        "-".into()
    };
    println!("  {what:<44} {banter_text:>12} {reference_text:>12} {ratio:>8} {aim:>10}");
}

/// The middle of the figures; of an even number of them, the lower middle.
pub(crate) fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[(figures.len() - 1) / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_a_figure_that_was_measured() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        assert_eq!(
            median(&mut [4.0, 1.0, 2.0, 3.0]).to_bits(),
            2.0_f64.to_bits()
        );
        assert_eq!(median(&mut [7.0]).to_bits(), 7.0_f64.to_bits());
    }
}

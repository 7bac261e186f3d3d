//! Writes the text format of Prometheus (version 0.0.4).
//!
//! A family is written whole: its help, its type, then its samples. Label values come from this program alone, but
//! are escaped as if they did not.

use std::fmt::{Display, Write as _};

use super::histogram::Snapshot;

/// A page of families.
#[derive(Debug, Default)]
pub(crate) struct Exposition(String);

/// One family, to which samples are added.
#[derive(Debug)]
pub(crate) struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl Exposition {
    /// One number that goes up and down.
    pub(crate) fn gauge(&mut self, name: &'static str, help: &str, value: impl Display) {
        self.family(name, "gauge", help).sample(&[], value);
    }

    /// One number that only grows; its name ends in `_total`.
    pub(crate) fn counter(&mut self, name: &'static str, help: &str, value: impl Display) {
        self.family(name, "counter", help).sample(&[], value);
    }

    /// Gauges of one name that differ in their labels.
    pub(crate) fn gauges(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "gauge", help)
    }

    /// Counters of one name that differ in their labels.
    pub(crate) fn counters(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "counter", help)
    }

    /// How often a quantity was how large; its name ends in its unit.
    pub(crate) fn histogram(&mut self, name: &'static str, help: &str, seen: &Snapshot) {
        let Family { text, .. } = self.family(name, "histogram", help);
        for (bound, count) in &seen.cumulative {
            line(text, &format!("{name}_bucket"), &[("le", bound)], count);
        }
        let count = seen.count();
        line(text, &format!("{name}_bucket"), &[("le", "+Inf")], count);
        line(text, &format!("{name}_sum"), &[], seen.sum);
        line(text, &format!("{name}_count"), &[], count);
    }

    /// The page.
    pub(crate) fn into_text(self) -> String {
        self.0
    }

    fn family(&mut self, name: &'static str, kind: &str, help: &str) -> Family<'_> {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        Family {
            text: &mut self.0,
            name,
        }
    }
}

impl Family<'_> {
    /// Adds a sample.
    pub(crate) fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) -> &mut Self {
        line(self.text, self.name, labels, value);
        self
    }
}

fn line(text: &mut String, name: &str, labels: &[(&str, &str)], value: impl Display) {
    text.push_str(name);
    for (number, (label, value)) in labels.iter().enumerate() {
        let before = if number == 0 { '{' } else { ',' };
        let value = value
            .replace('\\', r"\\")
            .replace('"', r#"\""#)
            .replace('\n', r"\n");
        let _ = write!(text, "{before}{label}=\"{value}\"");
    }
    if !labels.is_empty() {
        text.push('}');
    }
    let _ = writeln!(text, " {value}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::histogram::Histogram;

    #[test]
    fn a_page_has_the_shape_that_prometheus_reads() {
        let mut page = Exposition::default();
        page.gauge("things", "Things.", 3);
        page.counters("deeds_total", "Deeds.")
            .sample(&[("kind", "good"), ("of", "a\"b\\c\nd")], 1)
            .sample(&[("kind", "bad"), ("of", "")], 2);
        let histogram = Histogram::of_units(&[1, 4]);
        for value in [0, 1, 2, 9] {
            histogram.observe(value);
        }
        page.histogram("size_bytes", "Sizes.", &histogram.snapshot());
        let expected = "\
# HELP things Things.
# TYPE things gauge
things 3
# HELP deeds_total Deeds.
# TYPE deeds_total counter
deeds_total{kind=\"good\",of=\"a\\\"b\\\\c\\nd\"} 1
deeds_total{kind=\"bad\",of=\"\"} 2
# HELP size_bytes Sizes.
# TYPE size_bytes histogram
size_bytes_bucket{le=\"1\"} 2
size_bytes_bucket{le=\"4\"} 3
size_bytes_bucket{le=\"+Inf\"} 4
size_bytes_sum 12
size_bytes_count 4
";
        assert_eq!(page.into_text(), expected);
    }
}

//! Which of the stored codings of a file a client gets (RFC 9110, section 12.5.3).

/// A coding in which files are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    /// As in `Content-Encoding`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

/// The smallest coding that an `Accept-Encoding` header allows: Brotli before gzip before none.
pub(super) fn choose(accept_encoding: &str, has_brotli: bool, has_gzip: bool) -> Option<Coding> {
    let candidates = [(Coding::Brotli, has_brotli), (Coding::Gzip, has_gzip)];
    let allowed = candidates.into_iter().filter(|(_, is_stored)| *is_stored);
    allowed
        .map(|(coding, _)| coding)
        .find(|coding| allows(accept_encoding, *coding))
}

fn allows(accept_encoding: &str, coding: Coding) -> bool {
    let mut by_star = false;
    for item in accept_encoding.split(',') {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let name = name.trim();
        let is_allowed = !is_zero_quality(parameters);
        if name.eq_ignore_ascii_case(coding.as_str()) {
            return is_allowed;
        }
        if name == "*" {
            by_star = is_allowed;
        }
    }
    by_star
}

/// `q=0`, `q=0.0` and so on: not acceptable.
fn is_zero_quality(parameters: &str) -> bool {
    parameters.split(';').any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|q| q <= 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_coding_that_is_allowed_and_stored() {
        for (header, expected) in [
            ("gzip, deflate, br, zstd", Some(Coding::Brotli)),
            ("br", Some(Coding::Brotli)),
            ("GZIP", Some(Coding::Gzip)),
            ("br;q=0, gzip;q=0.5", Some(Coding::Gzip)),
            ("br;q=0.001", Some(Coding::Brotli)),
            ("br ; q=0.0", None),
            ("*", Some(Coding::Brotli)),
            ("br;q=0, *", Some(Coding::Gzip)),
            ("*;q=0", None),
            ("identity", None),
            ("brotli, x-gzip", None),
            ("", None),
        ] {
            assert_eq!(choose(header, true, true), expected, "{header}");
        }
        assert_eq!(choose("br, gzip", false, true), Some(Coding::Gzip));
        assert_eq!(choose("br, gzip", false, false), None);
    }
}

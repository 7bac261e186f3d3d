//! One style sheet from many: in the order of their names, without comments and indentation.

/// `/* … */` goes, also inside a rule; what is between quotes stays as it is.
pub(crate) fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut quote = None;
    let mut characters = css.chars().peekable();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) => {
                kept.push(character);
                if character == '\\' {
                    kept.extend(characters.next());
                } else if character == open {
                    quote = None;
                }
            }
            (None, '"' | '\'') => {
                quote = Some(character);
                kept.push(character);
            }
            (None, '/') if characters.peek() == Some(&'*') => {
                characters.next();
                let mut previous = ' ';
                for skipped in characters.by_ref() {
                    if previous == '*' && skipped == '/' {
                        break;
                    }
                    previous = skipped;
                }
            }
            (None, _) => kept.push(character),
        }
    }
    kept
}

pub(crate) fn without_indentation(css: &str) -> String {
    css.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_quoted_text_stays() {
        assert_eq!(
            without_comments("a/* * / **/{content:\"/* \\\" */\"}/* end"),
            "a{content:\"/* \\\" */\"}"
        );
    }

    #[test]
    fn indentation_goes() {
        assert_eq!(without_indentation("a {\n\n  b: c;\n}\n"), "a {\nb: c;\n}");
    }
}

//! Which build a page is of: one mark for all that is served, in the page itself and, for pages that are open, in a file.

use crate::{assets::Files, digest};

/// What an open page asks for.
const FILE: &str = "build.txt";
const PAGE: &str = "index.html";
/// Stands in the page where its own mark goes.
const PLACE: &str = "%build%";

/// Marks the page and adds the file. The same files always give the same mark.
pub(crate) fn add(served: &mut Files) {
    let names = served
        .iter()
        .map(|(path, content)| format!("{path} {}\n", digest::name(content)));
    let mark = digest::name(names.collect::<String>().as_bytes());
    if let Some(page) = served.get_mut(PAGE) {
        *page = String::from_utf8_lossy(page)
            .replace(PLACE, &mark)
            .into_bytes();
    }
    served.insert(FILE.into(), mark.into_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(style: &str) -> Files {
        let mut files: Files = [
            ("index.html", "<meta name=build content=\"%build%\">"),
            ("a.css", style),
        ]
        .map(|(path, content)| (path.to_owned(), content.as_bytes().to_vec()))
        .into();
        add(&mut files);
        files
    }

    /// Promise 62.
    #[test]
    fn the_mark_is_that_of_the_content_and_the_page_knows_its_own() {
        let (first, again, other) = (build("p{}"), build("p{}"), build("q{}"));
        assert_eq!(first, again);
        assert_ne!(first["build.txt"], other["build.txt"]);
        for files in [first, other] {
            let mark = String::from_utf8(files["build.txt"].clone()).unwrap();
            let page = String::from_utf8(files["index.html"].clone()).unwrap();
            assert_eq!(page, format!("<meta name=build content=\"{mark}\">"));
        }
    }
}

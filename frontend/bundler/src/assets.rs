//! Names files by their content and puts those names where other files ask for them.
//!
//! A text file asks with `{{app.js}}` for another file's address and with `{{app.js|integrity}}`
//! for its digest. Whatever is asked for gets a name with its content's digest in it, so that it
//! can be cached for ever; the rest (the page itself, say) keeps its name.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail, ensure};

use crate::digest;

const TEXT: [&str; 6] = ["css", "html", "js", "svg", "txt", "webmanifest"];

/// Files by their path below the folder that is served, with `/` between the parts.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Resolves every placeholder of `sources`; the result is what is served.
pub(crate) fn resolve(sources: &Files) -> Result<Files> {
    let mut resolver = Resolver {
        sources,
        done: BTreeMap::new(),
        open: BTreeSet::new(),
    };
    for path in sources.keys() {
        resolver.finish(path)?;
    }
    let asked = resolver
        .done
        .values()
        .flat_map(|file| file.asks.clone())
        .collect::<BTreeSet<_>>();
    Ok(resolver
        .done
        .into_iter()
        .map(|(path, file)| {
            let name = if asked.contains(&path) {
                file.address
            } else {
                path
            };
            (name, file.content)
        })
        .collect())
}

struct Resolver<'a> {
    sources: &'a Files,
    done: BTreeMap<String, Finished>,
    open: BTreeSet<String>,
}

struct Finished {
    /// Its path if something asks for it.
    address: String,
    integrity: String,
    content: Vec<u8>,
    asks: BTreeSet<String>,
}

impl Resolver<'_> {
    fn finish(&mut self, path: &str) -> Result<()> {
        if self.done.contains_key(path) {
            return Ok(());
        }
        let source = self.sources.get(path).context("there is no such file")?;
        ensure!(self.open.insert(path.to_owned()), "{path} asks for itself");
        let mut asks = BTreeSet::new();
        let content = if is_text(path) {
            let text =
                std::str::from_utf8(source).with_context(|| format!("{path} is not UTF-8"))?;
            self.fill(text, &mut asks)
                .with_context(|| format!("in {path}"))?
                .into_bytes()
        } else {
            source.clone()
        };
        self.open.remove(path);
        let finished = Finished {
            address: hashed(path, &content),
            integrity: digest::integrity(&content),
            content,
            asks,
        };
        self.done.insert(path.to_owned(), finished);
        Ok(())
    }

    fn fill(&mut self, text: &str, asks: &mut BTreeSet<String>) -> Result<String> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (placeholder, after) = after.split_once("}}").context("`{{` without `}}`")?;
            let (path, wanted) = placeholder
                .split_once('|')
                .unwrap_or((placeholder, "address"));
            self.finish(path)
                .with_context(|| format!("{{{{{placeholder}}}}}"))?;
            let file = self.done.get(path).context("there is no such file")?;
            filled.push_str(before);
            match wanted {
                "address" => filled.extend(["/", &file.address]),
                "integrity" => filled.push_str(&file.integrity),
                _ => bail!("{{{{{placeholder}}}}}: a file has an address and an integrity"),
            }
            asks.insert(path.to_owned());
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// The glue is text too, but generated: braces in it are its own.
fn is_text(path: &str) -> bool {
    path != "app.js"
        && path
            .rsplit_once('.')
            .is_some_and(|(_, extension)| TEXT.contains(&extension))
}

fn hashed(path: &str, content: &[u8]) -> String {
    let digest = digest::name(content);
    match path.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{digest}.{extension}"),
        None => format!("{path}-{digest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files<const N: usize>(files: [(&str, &str); N]) -> Files {
        files
            .map(|(path, content)| (path.to_owned(), content.as_bytes().to_vec()))
            .into()
    }

    #[test]
    fn a_changed_file_changes_the_name_of_all_that_ask_for_it() {
        let build = |wasm: &str| {
            let sources = files([
                ("index.html", "<script src={{boot.js}}>"),
                ("boot.js", "fetch('{{app.wasm}}', '{{app.wasm|integrity}}')"),
                ("app.wasm", wasm),
            ]);
            resolve(&sources).unwrap().into_keys().collect::<Vec<_>>()
        };
        let (first, second) = (build("one"), build("two"));
        assert_eq!(first.len(), 3);
        assert_eq!(
            first
                .iter()
                .filter(|name| second.contains(name))
                .collect::<Vec<_>>(),
            ["index.html"]
        );
    }

    #[test]
    fn only_what_is_asked_for_is_renamed_and_addresses_are_absolute() {
        let sources = files([
            ("a.css", "url({{i/b.svg}})"),
            ("i/b.svg", "<svg/>"),
            ("c.ico", ""),
        ]);
        let served = resolve(&sources).unwrap();
        let style = String::from_utf8(served["a.css"].clone()).unwrap();
        let icon = style
            .strip_prefix("url(/")
            .unwrap()
            .strip_suffix(')')
            .unwrap();
        assert!(
            icon.starts_with("i/b-") && served.contains_key(icon),
            "{style}"
        );
        assert!(served.contains_key("c.ico"));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, words) in [
            ("{{nothing.js}}", "there is no such file"),
            ("{{a.css|size}}", "an address and an integrity"),
            ("{{a.css", "without"),
            ("{{index.html}}", "asks for itself"),
        ] {
            let error = resolve(&files([("index.html", text), ("a.css", "")])).unwrap_err();
            assert!(format!("{error:#}").contains(words), "{error:#}");
        }
    }
}

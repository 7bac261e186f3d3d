//! Reads rendered HTML back: enough of the syntax for what the renderer writes, and strict about the rest.

use std::collections::BTreeMap;

/// One element, with all text inside it, and the part of that which is in no other element.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Element {
    pub(crate) tag: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) text: String,
    pub(crate) own_text: String,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.attribute("class")
            .is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }
}

/// The elements of `html`, in the order in which they begin.
pub(crate) fn elements(html: &str) -> Vec<Element> {
    const VOID: [&str; 2] = ["input", "br"];
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        add_text(&mut found, &open, &rest[..start]);
        rest = &rest[start + 1..];
        if let Some(closing) = rest.strip_prefix('/') {
            let end = closing.find('>').unwrap();
            assert_eq!(found[open.pop().unwrap()].tag, closing[..end]);
            rest = &closing[end + 1..];
            continue;
        }
        let (element, is_closed, after) = parse_tag(rest);
        if !is_closed && !VOID.contains(&element.tag.as_str()) {
            open.push(found.len());
        }
        found.push(element);
        rest = after;
    }
    add_text(&mut found, &open, rest);
    assert!(open.is_empty(), "elements stay open");
    found
}

/// Those with this `data-testid`.
pub(crate) fn hooks(html: &str, testid: &str) -> Vec<Element> {
    let mut elements = elements(html);
    elements.retain(|element| element.attribute("data-testid") == Some(testid));
    elements
}

/// The only one with this `data-testid`.
pub(crate) fn hook(html: &str, testid: &str) -> Element {
    let mut found = hooks(html, testid);
    assert_eq!(found.len(), 1, "{testid} in {html}");
    found.remove(0)
}

fn add_text(found: &mut [Element], open: &[usize], text: &str) {
    for &index in open {
        found[index].text.push_str(&unescaped(text));
    }
    if let Some(&innermost) = open.last() {
        found[innermost].own_text.push_str(&unescaped(text));
    }
}

/// The element whose tag begins `text`, whether the tag closes it, and what follows the tag.
fn parse_tag(text: &str) -> (Element, bool, &str) {
    let name_end = text.find([' ', '>', '/']).unwrap();
    let (tag, mut rest) = text.split_at(name_end);
    let mut element = Element {
        tag: tag.to_owned(),
        ..Element::default()
    };
    assert!(
        tag.chars().all(|c| c.is_ascii_alphanumeric()),
        "tag {tag:?}"
    );
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return (element, true, after);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (element, false, after);
        }
        let name_end = rest.find(['=', ' ', '>']).unwrap();
        let name = &rest[..name_end];
        assert!(
            name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "attribute {name:?}"
        );
        rest = &rest[name_end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').unwrap();
            value = unescaped(&quoted[..end]);
            rest = &quoted[end + 1..];
        }
        element.attributes.insert(name.to_owned(), value);
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#x2F;", "/")
        .replace("&amp;", "&")
}

//! What the release of the app consists of, in bytes of wasm by part, as the compiler leaves it (about a tenth more than what
//! is served), beside what stood in `parts.tsv` when that was last kept. A function belongs to the first part that its name speaks of; what it holds of others' functions, inlined, is its own.

use std::{cmp::Reverse, collections::BTreeMap, fmt::Write as _, fs};

use anyhow::{Context as _, Result, bail};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::{
    app,
    layout::Layout,
    wasm_cargo::{Profile, WasmCargo},
};

/// What wasm-bindgen runs while it binds the app, and drops.
const DESCRIPTION: &str = "__wbindgen_describe";

/// Parts, and what the names of their functions hold. Generic code comes first: it is counted where it can be spared.
const PARTS: [(&str, &[&str]); 16] = [
    ("ordered maps and sets", &["collections::btree", "litemap"]),
    ("hash maps", &["hashbrown", "indexmap", "HashMap"]),
    (
        "components",
        &["banter_frontend::components", "banter_frontend::words"],
    ),
    (
        "components, generic",
        &["yew::html::component", "yew::functional"],
    ),
    ("engine", &["banter_protocol::engine"]),
    ("keys and seals, own", &["banter_protocol::crypto"]),
    ("rules, other", &["banter_protocol"]),
    ("driver and shell", &["banter_frontend"]),
    ("yewdux", &["yewdux"]),
    ("yew", &["yew", "implicit_clone"]),
    ("serde", &["serde"]),
    (
        "keys and seals, libraries",
        &[
            "argon2",
            "blake2",
            "block_buffer",
            "chacha20",
            "crypto_common",
            "curve25519",
            "digest",
            "ed25519",
            "hkdf",
            "hmac",
            "poly1305",
            "sha2",
            "x25519",
        ],
    ),
    (
        "browser's bindings",
        &["web_sys", "js_sys", "wasm_bindgen", "gloo", "futures"],
    ),
    ("alloc", &["alloc"]),
    ("core", &["core"]),
    ("std", &["std", "dlmalloc"]),
];
const REST: &str = "rest";
/// Texts, tables and places in sources.
const DATA: &str = "data";

type Bytes = BTreeMap<String, usize>;

/// Prints the parts of what was built last, or `keep`s them for the next comparison.
pub(crate) fn report(layout: &Layout, keep: bool) -> Result<()> {
    let cargo = WasmCargo::find(layout, Profile::Web)?;
    let path = cargo.program(app::PACKAGE);
    let wasm = fs::read(&path).with_context(|| {
        format!(
            "{} is missing: run `banter-bundler build --release`",
            path.display()
        )
    })?;
    let now = weigh(&wasm)?;
    let kept = layout.parts();
    if keep {
        return fs::write(&kept, to_text(&now))
            .with_context(|| format!("cannot write {}", kept.display()));
    }
    let text =
        fs::read_to_string(&kept).with_context(|| format!("cannot read {}", kept.display()))?;
    let before =
        from_text(&text).with_context(|| format!("{} is not what was kept", kept.display()))?;
    print(&now, &before);
    Ok(())
}

fn weigh(wasm: &[u8]) -> Result<Bytes> {
    let mut imported = 0;
    let mut functions = Vec::new();
    let mut names = BTreeMap::new();
    let mut bytes = Bytes::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(function) => functions.push(function.range().len()),
            Payload::DataSection(data) => {
                bytes.insert(DATA.to_owned(), data.range().len());
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(subsections) = section.as_known() {
                    for subsection in subsections {
                        if let Name::Function(map) = subsection? {
                            for naming in map {
                                let naming = naming?;
                                names.insert(naming.index, naming.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    if names.is_empty() {
        bail!("the compiled app has no names: nothing says which part a function belongs to");
    }
    for (index, length) in (imported..).zip(functions) {
        let name = names.get(&index).copied().unwrap_or_default();
        if !name.contains(DESCRIPTION) {
            *bytes.entry(part(name).to_owned()).or_default() += length;
        }
    }
    Ok(bytes)
}

fn part(mangled: &str) -> &'static str {
    let name = format!("{:#}", rustc_demangle::demangle(mangled));
    let speaks_of = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let found = PARTS.iter().find(|(_, words)| speaks_of(words));
    found.map_or(REST, |(part, _)| part)
}

fn to_text(bytes: &Bytes) -> String {
    let mut text = String::new();
    for (part, bytes) in bytes {
        let _ = writeln!(text, "{part}\t{bytes}");
    }
    text
}

fn from_text(text: &str) -> Result<Bytes> {
    let entry = |line: &str| {
        let (part, bytes) = line.split_once('\t').context("a line without a tab")?;
        Ok((part.to_owned(), bytes.parse()?))
    };
    text.lines().map(entry).collect()
}

fn print(now: &Bytes, kept: &Bytes) {
    println!(
        "  {:28} {:>9} {:>9} {:>8}",
        "bytes, as compiled", "now", "kept", "change"
    );
    let mut parts: Vec<&String> = now.keys().chain(kept.keys()).collect();
    parts.sort_by_key(|part| (Reverse(now.get(*part)), *part));
    parts.dedup();
    for part in parts {
        line(part, of(now, part), of(kept, part));
    }
    line("all", now.values().sum(), kept.values().sum());
}

fn of(bytes: &Bytes, part: &str) -> usize {
    bytes.get(part).copied().unwrap_or_default()
}

fn line(part: &str, now: usize, kept: usize) {
    let change = now.cast_signed() - kept.cast_signed();
    println!("  {part:28} {now:>9} {kept:>9} {change:>+8}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_first_part_that_its_name_speaks_of() {
        for (mangled, expected) in [
            (
                "_ZN15banter_protocol6engine5rooms7Entered6handle17hf0b875cc3bc8dd74E",
                "engine",
            ),
            (
                "_ZN118_$LT$banter_frontend..components..messages..message_list..MessageList$u20$as$u20$yew..functional..\
                 FunctionProvider$GT$3run17h7aee75a7df539ca3E",
                "components",
            ),
            (
                "_ZN121_$LT$yew..html..component..lifecycle..CompStateInner$LT$COMP$GT$$u20$as$u20$yew..html..component..\
                 lifecycle..Stateful$GT$4view17h891024b477d8eddcE",
                "components, generic",
            ),
            ("_RNvNtNtCsgXGp5Oqx2Ny_4core3str8converts9from_utf8", "core"),
            ("main", REST),
        ] {
            assert_eq!(part(mangled), expected, "{mangled}");
        }
    }

    /// `(module (func $yew) (data …))`, with names.
    #[test]
    fn functions_and_data_are_counted_and_imports_are_not() {
        let wasm = [
            b"\0asm\x01\0\0\0".as_slice(),
            &[1, 4, 1, 0x60, 0, 0],                 // a type: () -> ()
            &[2, 7, 1, 1, b'a', 1, b'b', 0, 0],     // an import of it
            &[3, 2, 1, 0],                          // a function of it
            &[5, 3, 1, 0, 1],                       // a memory
            &[10, 5, 1, 3, 0, 1, 0x0b],             // which does nothing
            &[11, 8, 1, 0, 0x41, 0, 0x0b, 2, 7, 7], // two bytes
            &[
                0, 13, 4, b'n', b'a', b'm', b'e', 1, 6, 1, 1, 3, b'y', b'e', b'w',
            ],
        ]
        .concat();
        let expected = [("yew", 3), (DATA, 8)].map(|(part, bytes)| (part.to_owned(), bytes));
        assert_eq!(weigh(&wasm).unwrap(), Bytes::from(expected));
    }

    #[test]
    fn what_is_kept_is_read_as_it_was() {
        let bytes = Bytes::from([("yew".to_owned(), 3), (DATA.to_owned(), 8)]);
        assert_eq!(from_text(&to_text(&bytes)).unwrap(), bytes);
        assert!(from_text("yew 3\n").is_err());
    }
}

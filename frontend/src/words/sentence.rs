//! Sentences that speak of people. A name brings its own direction and digits along, which would turn the words around it, so each
//! stands by itself in a `<bdi>` (HTML, section 4.5.24; UAX #9, section 2.4).

use std::borrow::Cow;

use banter_protocol::names::PersonName;
use yew::prelude::*;

/// Words with names between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sentence(Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Words(Cow<'static, str>),
    Name(PersonName),
    Node(Html),
}

impl Sentence {
    /// Goes on with words of the app's own.
    pub(crate) fn words(mut self, words: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Part::Words(words.into()));
        self
    }

    /// Goes on with somebody's name.
    pub(crate) fn name(mut self, name: &PersonName) -> Self {
        self.0.push(Part::Name(name.clone()));
        self
    }

    /// Goes on with markup that is no name: a time, a badge.
    pub(crate) fn node(mut self, node: Html) -> Self {
        self.0.push(Part::Node(node));
        self
    }

    /// Whether nothing is said.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentence as it is shown.
    pub(crate) fn html(&self) -> Html {
        self.0
            .iter()
            .map(|part| match part {
                Part::Words(words) => html! { { words.as_ref() } },
                Part::Name(name) => html! { <bdi>{ name.as_str() }</bdi> },
                Part::Node(node) => node.clone(),
            })
            .collect()
    }

    /// The bare text, without markup.
    #[cfg(test)]
    pub(crate) fn text(&self) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Words(words) => words.as_ref(),
            Part::Name(name) => name.as_str(),
            Part::Node(_) => "",
        });
        parts.collect()
    }
}

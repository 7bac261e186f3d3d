//! The safety number of a pair: to be read aloud, or to be photographed.

use banter_protocol::{crypto::SafetyNumber, names::PersonName};
use yew::prelude::*;

use crate::{components::ui::qr_code::QrCode, words::comparing};

/// Twelve groups of digits, their QR code, and what to do with them.
pub(crate) fn safety_number_card(number: &SafetyNumber, name: &PersonName) -> Html {
    html! {
        <section class="safety" aria-labelledby="safety-title">
            <h3 id="safety-title" class="dialog-section">{ comparing::NUMBER_HEADING }</h3>
            <p class="dialog-text">{ comparing::number_advice(name).html() }</p>
            <div class="safety-card">
                <ol class="digits" data-testid="safety-number" aria-label={comparing::NUMBER_LABEL} dir="ltr">
                    for group in number.groups() {
                        <li aria-label={digit_by_digit(group)}>{ group.to_owned() }</li>
                    }
                </ol>
                <QrCode text={number.digits().to_owned()} label={comparing::NUMBER_QR_LABEL} />
            </div>
        </section>
    }
}

/// So that no screen reader makes a number of thousands of it.
fn digit_by_digit(group: &str) -> String {
    let mut spaced = String::with_capacity(2 * group.len());
    for digit in group.chars() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push(digit);
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_read_digit_by_digit() {
        assert_eq!(digit_by_digit("07421"), "0 7 4 2 1");
    }
}

//! Icons, drawn with one path each on a grid of 24 and in the colour of the text around them.

use yew::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IconShape {
    Alert,
    ArrowDown,
    Check,
    Clock,
    Close,
    Delivered,
    Dice,
    Eye,
    Globe,
    Leave,
    Link,
    Lock,
    Moon,
    People,
    Qr,
    Renew,
    Screen,
    Send,
    Shield,
    Sun,
    Unlock,
    Verified,
}

impl IconShape {
    fn path(self) -> &'static str {
        match self {
            Self::Alert => "M12 8v5m0 3.2v.1M12 3.2 2.6 19.6h18.8L12 3.2Z",
            Self::ArrowDown => "M12 5v14m-6-6 6 6 6-6",
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Clock => "M12 7.5V12l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
            Self::Close => "m6 6 12 12M18 6 6 18",
            Self::Delivered => "m1.5 12.5 4.5 4.5 9-9.5m-4 7.5 2 2 9.5-9.5",
            Self::Dice => {
                "M7 4h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3Z\
                 M8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01"
            }
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z\
                 M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z"
            }
            Self::Globe => {
                "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM3.2 12h17.6\
                 M12 3c5 5.2 5 12.8 0 18-5-5.2-5-12.8 0-18Z"
            }
            Self::Leave => {
                "M14 4h3a2.5 2.5 0 0 1 2.5 2.5v11A2.5 2.5 0 0 1 17 20h-3M4 12h11m-4-4 4 4-4 4"
            }
            Self::Link => {
                "M10 14a4.2 4.2 0 0 0 6.3.4l2.6-2.6a4.2 4.2 0 0 0-6-6l-1.4 1.5\
                 M14 10a4.2 4.2 0 0 0-6.3-.4l-2.6 2.6a4.2 4.2 0 0 0 6 6l1.4-1.5"
            }
            Self::Lock => {
                "M6.5 10.500h11A1.5 1.5 0 0 1 19 12v7a1.5 1.5 0 0 1-1.5 1.500h-11A1.5 1.5 0 0 1 5 19v-7\
                 a1.5 1.5 0 0 1 1.5-1.500ZM8 10.500V7.500a4 4 0 0 1 8 0v3"
            }
            Self::Moon => "M20 14.2A8.3 8.3 0 0 1 9.8 4 8.3 8.3 0 1 0 20 14.2Z",
            Self::People => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 9a6.5 6.5 0 0 1 13 0\
                 M16 4.3a3.5 3.5 0 0 1 0 6.4m2.2 3.3a6.5 6.5 0 0 1 3.3 6"
            }
            Self::Qr => {
                "M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h2.500v2.500M20 14v2.500M14 20h2.500M20 20v.01M17.5 17.500h.01"
            }
            Self::Renew => {
                "M20 11.500A8 8 0 0 0 5.3 7.500L4 9m0-4.500V9h4.500M4 12.500a8 8 0 0 0 14.7 4L20 15m0 4.500V15h-4.5"
            }
            Self::Screen => {
                "M5 4.5h14A1.5 1.5 0 0 1 20.5 6v9a1.5 1.5 0 0 1-1.5 1.500H5A1.5 1.5 0 0 1 3.5 15V6A1.5 1.5 0 0 1 5 4.500ZM9 20h6"
            }
            Self::Send => "M12 19V5m-6.5 6.500L12 5l6.5 6.5",
            Self::Shield => "M12 3 5 5.800V11c0 4.5 2.8 8 7 10 4.2-2 7-5.5 7-10V5.800L12 3Z",
            Self::Sun => {
                "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.500v2M12 19.500v2M4.6 4.600l1.4 1.4\
                 M18 18l1.4 1.400M2.5 12h2M19.5 12h2M4.6 19.4 6 18M18 6l1.4-1.4"
            }
            Self::Unlock => {
                "M6.5 10.500h11A1.5 1.5 0 0 1 19 12v7a1.5 1.5 0 0 1-1.5 1.500h-11A1.5 1.5 0 0 1 5 19v-7\
                 a1.5 1.5 0 0 1 1.5-1.500ZM8 10.500V7a4 4 0 0 1 7.7-1.5"
            }
            Self::Verified => {
                "M12 3 5 5.800V11c0 4.5 2.8 8 7 10 4.2-2 7-5.5 7-10V5.800L12 3Zm-3.5 8.8 2.5 2.5 4.5-4.8"
            }
        }
    }
}

/// An icon beside words or a label; on its own it says nothing to a screen reader.
///
/// Not a component, like other small pieces without a state: each kind of component weighs some kilobytes of the first load.
pub(crate) fn icon(shape: IconShape) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d={shape.path()} />
        </svg>
    }
}

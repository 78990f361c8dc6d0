//! The pages of the rules and the list of them.

use crate::diagnostic::{Card, Enforcement, Level, with_addresses};
use crate::rules;

/// The page of one rule.
pub fn page(card: &Card) -> String {
    let asked = if card.on_request {
        " It is off until `[tool.mcp-backend.rules]` or `--select` names it."
    } else {
        ""
    };
    let apart = if card.level == Level::Error { ":" } else { ", and an error where" };
    let harm = card.harm.map(|harm| format!("{apart} {}", harm.clause())).unwrap_or_default();
    let stops = match (card.level, card.reach) {
        (Level::Error, Enforcement::Structural) => {
            "An error in every build, the consumer's and the editable too"
        }
        (Level::Error, Enforcement::Author) => "An error in the author's build",
        (Level::Warning, _) => "A warning",
    };
    let strict = match card.level {
        _ if !card.strict => "",
        Level::Error => " Its warnings are errors under [`strict`](../configuration.md#strict).",
        Level::Warning if card.harm.is_some() => {
            " Always an error under [`strict`](../configuration.md#strict)."
        }
        Level::Warning => " An error under [`strict`](../configuration.md#strict).",
    };
    let page = card.page();
    format!("# {} ({})\n\n{stops}{harm}.{strict}{asked}\n\n{}\n", card.name, card.code, page.trim_end())
}

/// The page of one rule for who reads it apart from the others: its links are addresses, and so is its last line.
pub fn page_alone(card: &Card) -> String {
    format!("{}\n{}\n", with_addresses(&page(card)), card.url())
}

/// The level that users see when nothing is configured.
pub fn level(card: &Card) -> &'static str {
    if card.on_request { "off" } else { card.level.as_str() }
}

/// All rules, a line each.
pub fn list() -> String {
    let line = |card: &Card| format!("{} {:<7} {}\n", card.code, level(card), card.name);
    rules::ALL.iter().map(|rule| line(&rule.card)).collect()
}

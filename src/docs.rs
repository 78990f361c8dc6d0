//! The pages of the rules and the reference of the settings, as Markdown made from the code.

use crate::diagnostic::{Card, Level, Reach};
use crate::project::SETTINGS;
use crate::rules;

/// The page of one rule.
pub fn page(card: &Card) -> String {
    let stops = match (card.level, card.reach) {
        (Level::Error, Reach::Structural) => "An error in every build, the consumer's and the editable too.",
        (Level::Error, Reach::Author) => "An error in the author's build.",
        (Level::Warning, _) => "A warning.",
    };
    format!("# {} ({})\n\n{stops}\n\n{}\n", card.name, card.code, card.page().trim_end())
}

/// All rules, a line each.
pub fn list() -> String {
    let line = |card: &Card| format!("{} {:<7} {}\n", card.code, card.level.as_str(), card.name);
    rules::ALL.iter().map(|rule| line(&rule.card)).collect()
}

/// The index of the pages in `docs/rules`.
pub fn index() -> String {
    let stops = |card: &Card| match card.reach {
        Reach::Structural => "every build",
        Reach::Author => "the author's build",
    };
    let row = |card: &Card| {
        let Card { code, name, level, .. } = card;
        let stopped = if *level == Level::Error { stops(card) } else { "nothing" };
        format!("| [{code}]({code}.md) | {name} | {} | {stopped} |\n", level.as_str())
    };
    let rows: String = rules::ALL.iter().map(|rule| row(&rule.card)).collect();
    format!("# Rules\n\n| code | name | level | stops |\n|---|---|---|---|\n{rows}")
}

/// The reference of `[tool.mcp-backend]`.
pub fn settings() -> String {
    let sections: String = SETTINGS
        .iter()
        .map(|setting| format!("## `{}`\n\n*{}*\n\n{}\n\n", setting.key, setting.kind, setting.doc))
        .collect();
    format!(
        "# Settings\n\nAll stand in `[tool.mcp-backend]` of `pyproject.toml`; none must.\n\n{}\n",
        sections.trim_end()
    )
}

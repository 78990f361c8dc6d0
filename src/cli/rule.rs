//! `mcp-backend rule`: the page of a rule, or the list of them.

use lexopt::Arg::Value;
use lexopt::ValueExt as _;

use super::arguments::unexpected;
use super::{Command, CommandOutput, Failure, Terminal};
use crate::docs;
use crate::rules;
use crate::text::closest;

pub(super) static COMMAND: Command =
    Command { name: "rule", summary: "Explain a rule, or list them all", usage: "[CODE|NAME]\n", run };

fn run(mut parser: lexopt::Parser, _: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let mut wanted = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Value(value) if wanted.is_none() => wanted = Some(value.string()?),
            other => return Err(unexpected(other)),
        }
    }
    let Some(word) = wanted else {
        return Ok(CommandOutput::done(docs::list()));
    };
    let cards = || rules::ALL.iter().map(|rule| &rule.card);
    let named = cards().find(|card| card.code.eq_ignore_ascii_case(&word) || card.name == word);
    match named {
        Some(card) => Ok(CommandOutput::done(docs::page_alone(card))),
        None => {
            let meant = closest(&word, cards().flat_map(|card| [card.code, card.name]));
            let hint = meant.map_or_else(
                || "`mcp-backend rule` lists them".to_owned(),
                |name| format!("did you mean `{name}`?"),
            );
            Err(Failure::Usage(format!("`{word}` names no rule; {hint}")))
        }
    }
}

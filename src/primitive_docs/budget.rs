//! What the tools cost a model: an estimate of the tokens of each, those that cost most first.

use serde_json::json;

use super::title;
use crate::clients::tokens;
use crate::render::harmless;
use crate::server::{Primitive, Primitives};

/// The tools with their tokens, the most first.
fn costs(primitives: &Primitives) -> Vec<(usize, &Primitive)> {
    let mut costs: Vec<_> = primitives.tools.iter().map(|tool| (tokens(tool), tool)).collect();
    costs.sort_by_key(|(tokens, _)| std::cmp::Reverse(*tokens));
    costs
}

/// What the tools cost that are listed by default, and how many they are.
fn by_default(costs: &[(usize, &Primitive)]) -> (usize, usize) {
    let listed = costs.iter().filter(|(_, tool)| tool.is_listed_by_default());
    listed.fold((0, 0), |(sum, count), (tokens, _)| (sum + tokens, count + 1))
}

/// Writes a line for each tool, and what they come to.
pub fn budget(primitives: &Primitives) -> String {
    let costs = costs(primitives);
    let all: usize = costs.iter().map(|(tokens, _)| tokens).sum();
    let width = grouped(all).len();
    let mut text = String::new();
    for (tokens, tool) in &costs {
        let mark = if tool.is_listed_by_default() { "" } else { " *" };
        text += &format!("{:>width$}  {}{mark}\n", grouped(*tokens), harmless::line(title(tool)));
    }
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    text += &format!(
        "{:>width$}  tokens for {} tool{}, estimated\n",
        grouped(all),
        costs.len(),
        plural(costs.len())
    );
    let (sum, count) = by_default(&costs);
    if count < costs.len() {
        text +=
            &format!("{:>width$}  for the {count} listed by default; `*` marks the others\n", grouped(sum));
    }
    text + &unknown(primitives)
}

fn unknown(primitives: &Primitives) -> String {
    match primitives.open().count() {
        0 => String::new(),
        1 => "1 place may offer more; `mcp-backend tools` names it\n".to_owned(),
        count => format!("{count} places may offer more; `mcp-backend tools` names them\n"),
    }
}

/// Writes one object, indented: the stable format for other programs, version 1.
pub fn budget_json(primitives: &Primitives) -> String {
    let costs = costs(primitives);
    let tools: Vec<_> = costs
        .iter()
        .map(|(tokens, tool)| {
            json!({ "name": title(tool), "tokens": tokens, "default": tool.is_listed_by_default() })
        })
        .collect();
    let all: usize = costs.iter().map(|(tokens, _)| tokens).sum();
    let made = json!({
        "version": 1, "tokens": all, "tokensByDefault": by_default(&costs).0, "tools": tools,
        "unknown": primitives.open().count(),
    });
    serde_json::to_string_pretty(&made).expect("names and numbers are JSON") + "\n"
}

/// `12,345`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

//! What the tools cost a model: an estimate of the tokens of each, those that cost most first.

use serde_json::json;

use super::title;
use crate::clients::tokens;
use crate::render::harmless;
use crate::server::{Primitive, Primitives};

/// What the tools of a server cost.
struct Costs<'p> {
    /// The tools with their tokens, the most first.
    tools: Vec<(usize, &'p Primitive)>,
    /// The tokens of all.
    all: usize,
    /// Those of what is listed by default, and how many tools that is.
    by_default: (usize, usize),
}

impl<'p> Costs<'p> {
    fn of(primitives: &'p Primitives) -> Self {
        let mut tools: Vec<_> = primitives.tools.iter().map(|tool| (tokens(tool), tool)).collect();
        tools.sort_by_key(|(tokens, _)| std::cmp::Reverse(*tokens));
        let listed = tools.iter().filter(|(_, tool)| tool.is_listed_by_default());
        let by_default = listed.fold((0, 0), |(sum, count), (tokens, _)| (sum + tokens, count + 1));
        let all = tools.iter().map(|(tokens, _)| tokens).sum();
        Self { tools, all, by_default }
    }
}

/// Writes a line for each tool, and what they come to.
pub fn budget(primitives: &Primitives) -> String {
    let Costs { tools, all, by_default: (sum, count) } = Costs::of(primitives);
    let width = grouped(all).len();
    let mut text = String::new();
    for (tokens, tool) in &tools {
        let mark = if tool.is_listed_by_default() { "" } else { " *" };
        text += &format!("{:>width$}  {}{mark}\n", grouped(*tokens), harmless::line(title(tool)));
    }
    let plural = if tools.len() == 1 { "" } else { "s" };
    text += &format!("{:>width$}  tokens for {} tool{plural}, estimated\n", grouped(all), tools.len());
    if count < tools.len() {
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
    let Costs { tools, all, by_default: (sum, _) } = Costs::of(primitives);
    let tool = |(tokens, tool): &(usize, &Primitive)| json!({ "name": title(tool), "tokens": tokens, "default": tool.is_listed_by_default() });
    let made = json!({
        "version": 1, "tokens": all, "tokensByDefault": sum,
        "tools": tools.iter().map(tool).collect::<Vec<_>>(), "unknown": primitives.open().count(),
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

//! What changes between two contracts, told in `tests/contract/*.md`, a case a row of the classification.
//!
//! A heading begins a case. A block of two lines holds what was and what is: `property` the schema of a required property
//! `x`, `schema` that of the arguments and of the result, `tool` the entry of a tool `t`, `contract` parts of a whole
//! contract. The block fenced as `changes` behind it holds a line each: the class, `!` behind it where agents may notice,
//! the kind, where, and what happened. Of schemas, those of the arguments come first, then those of the result.

use std::fs;

use mcp_backend::contract::{Contract, diff};
use serde_json::{Map, Value, json};

#[test]
fn every_change_is_told() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for name in ["schemas", "entries", "doubt"] {
        let path = format!("tests/contract/{name}.md");
        let text = fs::read_to_string(&path).expect("the cases lie there");
        let told = retold(&text);
        if told != text && update {
            fs::write(&path, &told).expect("the cases can be written");
        } else if told != text {
            let lines = text.lines().zip(told.lines()).find(|(left, right)| left != right);
            wrong.push(format!("{path}: {lines:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n(`UPDATE=1` rewrites them)", wrong.join("\n"));
}

/// Every kind of change that the cases show stands on the page, so that none is without a word.
#[test]
fn the_page_names_every_kind() {
    let page = fs::read_to_string("docs/contract.md").expect("the page is there");
    for name in ["schemas", "entries", "doubt"] {
        let text = fs::read_to_string(format!("tests/contract/{name}.md")).expect("the cases lie there");
        let lines = text.split("```changes\n").skip(1).flat_map(|rest| {
            rest.split("```").next().unwrap_or_default().lines().filter(|line| !line.ends_with(':'))
        });
        for line in lines {
            let kind = line.split_whitespace().nth(1).expect("a kind");
            assert!(page.contains(&format!("`{kind}`")), "{kind}");
        }
    }
}

/// The same text with each `changes` block as it really is.
fn retold(text: &str) -> String {
    let (mut told, mut pairs) = (String::new(), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        told += &format!("{line}\n");
        if let Some(fence) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if fence == "changes" {
                told += &pairs.drain(..).map(|pair| changes(&pair)).collect::<String>();
            } else {
                told += &block.iter().map(|line| format!("{line}\n")).collect::<String>();
                let [base, new] = block[..] else { panic!("two lines are expected: {block:?}") };
                pairs = contracts(fence, [base, new].map(|line| serde_json::from_str(line).expect(line)));
            }
            told += "```\n";
        }
    }
    told
}

fn changes([base, new]: &[Contract; 2]) -> String {
    let line = |change: &mcp_backend::contract::ContractChange| {
        let (class, mark) = (change.class.as_str(), if change.warning { "!" } else { "" });
        format!("{class}{mark} {} {}{}: {}\n", change.kind, change.subject, change.pointer, change.message)
    };
    diff(base, new).iter().map(line).collect()
}

/// The pairs of contracts that a block stands for.
fn contracts(fence: &str, values: [Value; 2]) -> Vec<[Contract; 2]> {
    let whole = |schema: Value| json!({"type": "object", "properties": {"x": schema}, "required": ["x"]});
    let tool = |field: &str, schema: Value| {
        let mut entry = Map::from_iter([("name".to_owned(), json!("t"))]);
        entry.insert(field.to_owned(), schema);
        contract(json!({"tools": [entry]}))
    };
    let both = |values: [Value; 2]| {
        ["inputSchema", "outputSchema"].map(|field| values.clone().map(|schema| tool(field, schema))).into()
    };
    match fence {
        "property" => both(values.map(whole)),
        "schema" => both(values),
        "tool" => vec![values.map(|mut entry| {
            entry["name"] = json!("t");
            contract(json!({"tools": [entry]}))
        })],
        "contract" => vec![values.map(contract)],
        _ => panic!("`{fence}` is no kind of block"),
    }
}

fn contract(parts: Value) -> Contract {
    let mut whole = json!({
        "version": 1,
        "project": {"name": "weather", "version": "1.0.0"},
        "sdk": {"name": "mcp", "major": 2},
        "server": {"name": "weather"},
        "scripts": [], "environment": [], "tools": [], "prompts": [], "resources": [], "resourceTemplates": [],
        "unknown": [],
    });
    let Value::Object(parts) = parts else { panic!("parts of a contract are an object") };
    for (name, part) in parts {
        whole[name] = part;
    }
    Contract::parse(whole.to_string().as_bytes()).expect("a contract")
}

//! Whole offers in every form, and hostile ones.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::render::{TerminalStyle, harmless};

fn primitives(text: &Value) -> Primitives {
    serde_json::from_value(text.clone()).expect("an offer")
}

fn offer() -> Value {
    json!({
        "server": {"name": "weather", "version": "1.2.0", "title": null, "instructions": null},
        "tools": [
            {
                "name": "forecast",
                "description": "Tell the weather of the next days. With a | and <b>.\n\nArgs:\n    city: where\n    days: how long",
                "inputSchema": {
                    "type": "object",
                    "properties": {
                        "city": {"type": "string", "description": "The city,\nor a `code`"},
                        "days": {"type": "integer", "default": 3},
                        "units": {"enum": ["c", "f"]},
                    },
                    "required": ["city"],
                },
                "source": {"path": "src/weather/server.py", "line": 12},
            },
            {
                "name": "raw",
                "inputSchema": {"type": "object", "properties": {"query": {}}},
                "source": {"path": "src/weather/server.py", "line": 40},
                "partial": ["inputSchema"],
                "conditional": {"default": false, "by": ["--raw", "env:RAW"]},
                "scripts": ["weather-admin"],
            },
        ],
        "prompts": [{
            "name": "a_prompt_with_a_name_that_is_far_too_long",
            "arguments": [{"name": "topic", "required": true, "description": "What of"}],
            "source": {"path": "src/weather/prompts.py", "line": 3},
        }],
        "resources": [],
        "resourceTemplates": [{"uriTemplate": "weather://{city}", "mimeType": "text/plain"}],
        "unknown": [{"path": "src/weather/api.py", "line": 7, "what": "tools of the OpenAPI document"}],
    })
}

#[test]
fn the_table_reads_well() {
    let expected = r#"
weather 1.2.0

Tools
  forecast          city: string, days: integer = 3, units?: "c" | "f"
                    Tell the weather of the next days.    src/weather/server.py:12
  raw * ~           query?, …
                    listed by weather-admin; depends on --raw, env:RAW
                                                          src/weather/server.py:40

Prompts
  a_prompt_with_a_name_that_is_far_too_long
                    topic                                 src/weather/prompts.py:3

Resource templates
  weather://{city}  weather://{city} (text/plain)

Unknown
  src/weather/api.py:7: tools of the OpenAPI document

* depends on the configuration: a default one may not list it
~ not wholly known from the source; `--format json` names the fields
2 tools, 1 prompt, 1 resource template, 1 unknown place
"#;
    let look = TerminalStyle { width: Some(82), ..TerminalStyle::default() };
    let shown = table(&primitives(&offer()), look);
    assert_eq!(shown, expected.trim_start(), "\n{shown}");
}

#[test]
fn the_table_breaks_between_parameters() {
    let offer = json!({"tools": [offer()["tools"][0]]});
    let expected = r#"
Tools
  forecast  city: string,
            days: integer = 3,
            units?: "c" | "f"
            Tell the weather of the next
            days.
                src/weather/server.py:12

1 tool
"#;
    let shown = table(&primitives(&offer), TerminalStyle { width: Some(20), ..TerminalStyle::default() });
    assert_eq!(shown, expected.trim_start(), "\n{shown}");
}

#[test]
fn the_budget_tells_what_costs_most() {
    let expected = " 88  forecast
 22  raw *
110  tokens for 2 tools, estimated
 88  for the 1 listed by default; `*` marks the others
1 place may offer more; `mcp-backend tools` names it
";
    assert_eq!(budget(&primitives(&offer())), expected);
    let made: Value = serde_json::from_str(&budget_json(&primitives(&offer()))).expect("JSON");
    assert_eq!((&made["tokens"], &made["tokensByDefault"]), (&json!(110), &json!(88)));
    let many: Vec<Value> =
        (0..40).map(|at| json!({"name": format!("t{at}"), "description": "Tell it. ".repeat(20)})).collect();
    let text = budget(&primitives(&json!({ "tools": many })));
    assert!(text.ends_with("2,960  tokens for 40 tools, estimated\n"), "{text}");
}

#[test]
fn the_table_colours_only_when_asked() {
    let shown = |color| table(&primitives(&offer()), TerminalStyle { color, ..TerminalStyle::default() });
    assert!(!shown(false).contains('\u{1b}'));
    let colored = shown(true);
    for part in ["\u{1b}[1mforecast\u{1b}[0m", "\u{1b}[2mTell the weather of the next days.\u{1b}[0m"] {
        assert!(colored.contains(part), "{colored}");
    }
    let codes = ["1", "2", "1;94", "0"].map(|code| format!("\u{1b}[{code}m"));
    let bare = codes.iter().fold(colored, |text, code| text.replace(code, ""));
    assert_eq!(bare, shown(false), "colour moves nothing");
}

#[test]
fn nothing_is_said_in_a_phrase() {
    let none = Primitives::default();
    assert_eq!(table(&none, TerminalStyle::default()), "no tools, prompts or resources\n");
    assert_eq!(markdown(&none), format!("{START}\n\nNo tools, prompts or resources.\n\n{END}\n"));
}

#[test]
fn the_table_tells_the_first_sentence() {
    for (text, expected) in [
        ("Add two numbers.", "  Add two numbers."),
        ("Add two\n    numbers. Then stop.", "  Add two numbers."),
        ("Add, e.g. two of them. More", "  Add, e.g. two of them."),
        ("Read v1.2 files\nArgs:\n  a: b", "  Read v1.2 files"),
        ("\n\nFirst\n\nsecond", "  First"),
        ("Args:\n  a: b", ""),
        ("雪。雨。", "  雪。"),
        ("Is it? Yes", "  Is it?"),
        ("", ""),
    ] {
        let offer = json!({"tools": [{"name": "x", "description": text}]});
        let shown = table(&primitives(&offer), TerminalStyle::default());
        assert_eq!(shown, format!("Tools\n  x{expected}\n\n1 tool\n"), "{text:?}");
    }
}

#[test]
fn the_section_of_a_readme_reads_well() {
    let expected = r#"<!-- mcp-backend: tools -->

## Tools

### `forecast`

Tell the weather of the next days. With a &#124; and \<b\>.

Args:\
city: where\
days: how long

| Parameter | Type | Required | Default | Description |
|---|---|---|---|---|
| `city` | `string` | yes | | The city, or a \`code\` |
| `days` | `integer` | no | `3` | |
| `units` | `"c" \| "f"` | no | | |

### `raw`

*Listed by `weather-admin`.*

*Not listed by default; depends on the configuration: `--raw`, `env:RAW`.*

| Parameter | Type | Required | Default | Description |
|---|---|---|---|---|
| `query` | | no | | |

*Not all that it takes is known before it runs.*

## Prompts

### `a_prompt_with_a_name_that_is_far_too_long`

| Argument | Required | Description |
|---|---|---|
| `topic` | yes | What of |

## Resource templates

### `weather://{city}`

URI: `weather://{city}` (`text/plain`)

Known only when the server runs: tools of the OpenAPI document.

<!-- mcp-backend: end -->
"#;
    let shown = markdown(&primitives(&offer()));
    assert_eq!(shown, expected, "\n{shown}");
}

#[test]
fn json_is_the_offer_as_it_is() {
    let mut expected = json!({"version": 2});
    for (key, value) in offer().as_object().expect("an object") {
        expected[key] = value.clone();
    }
    let shown = json(&primitives(&offer()));
    assert_eq!(shown, serde_json::to_string_pretty(&expected).expect("JSON") + "\n", "in this order too");
}

/// Texts of what hurts.
fn hostile() -> impl Strategy<Value = String> {
    let steering =
        ["\n", "\r\n", "\t", "\u{1b}[31m", "\u{9b}", "\u{202e}", "雪", "👩‍💻", START, END, "\n    ", "\n### "];
    let piece = prop_oneof![
        "[a_ .:|`]{0,12}",
        any::<char>().prop_map(String::from),
        prop::sample::select(steering.map(str::to_owned).to_vec()),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_offer_steers_the_terminal_or_breaks_the_section(
        texts in prop::collection::vec(hostile(), 9),
        marked: bool,
        width in prop::option::of(0_usize..200),
    ) {
        let parameters = json!({
            "properties": {(&texts[0]): {"const": texts[1], "description": texts[2], "default": texts[3]}},
        });
        let entry = json!({
            "name": texts[4], "description": texts[5], "inputSchema": parameters, "mimeType": texts[0],
            "source": {"path": texts[6], "line": 1}, "conditional": {"default": marked, "by": [texts[3]]}, "partial": [texts[7]],
        });
        let mut template = entry.clone();
        template["uriTemplate"] = Value::from(texts[8].clone());
        let offer = primitives(&json!({
            "server": {"name": texts[1]}, "tools": [entry.clone()], "prompts": [entry], "resourceTemplates": [template],
            "unknown": [{"path": texts[2], "line": 2, "what": texts[3]}],
        }));
        let shown = table(&offer, TerminalStyle { width, ..TerminalStyle::default() });
        let widest = width.unwrap_or(100).clamp(40, 120);
        let readme = markdown(&offer);
        for text in [&shown, &readme] {
            prop_assert!(text.chars().all(|c| c == '\n' || harmless::character(c) == c), "{}", text);
        }
        prop_assert!(shown.lines().all(|line| lines::columns(line) <= widest), "{}", shown);
        prop_assert_eq!(readme.matches("\n### ").count(), 3);
        let section = Section::find(&readme, &[], START);
        prop_assert!(section.is_ok(), "{}", readme);
        let again = section.map(|section| section.replaced(&readme));
        prop_assert_eq!(again.as_deref(), Ok(readme.as_str()));
    }
}

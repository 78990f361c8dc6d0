use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::schema::normal;
use super::{ChangeLevel, Contract, diff};
use crate::server::{Conditional, Primitive};

fn tool(schema: Value) -> Primitive {
    let listed = Map::from_iter([("name".to_owned(), json!("t")), ("inputSchema".to_owned(), schema)]);
    Primitive { listed, ..Primitive::default() }
}

fn normalised(schema: Value) -> Value {
    normal(&[tool(schema)], "name")[0].listed["inputSchema"].clone()
}

fn contract() -> Value {
    json!({
        "version": 2, "project": {"name": "weather", "version": "1.0.0"}, "sdk": null, "server": {},
        "scripts": [], "environment": [], "tools": [], "prompts": [], "resources": [], "resourceTemplates": [],
        "unknown": [],
    })
}

#[test]
fn a_schema_has_no_titles_but_properties_of_that_name() {
    let schema = json!({
        "title": "tArguments",
        "type": "object",
        "properties": {
            "title": {"title": "Title", "type": "string", "default": {"title": "kept"}},
            "x": {"anyOf": [{"title": "A", "const": {"title": "kept"}}, {"type": "null"}]},
        },
        "examples": [{"title": "kept"}],
        "additionalProperties": {"title": "gone"},
    });
    let expected = json!({
        "type": "object",
        "properties": {
            "title": {"type": "string", "default": {"title": "kept"}},
            "x": {"anyOf": [{"const": {"title": "kept"}}, {"type": "null"}]},
        },
        "examples": [{"title": "kept"}],
        "additionalProperties": {},
    });
    assert_eq!(normalised(schema), expected);
}

#[test]
fn a_transport_that_goes_breaks_whoever_used_it() {
    let served = |transports: &[&str]| {
        let endpoints: Vec<Value> = transports.iter().map(|one| json!({ "type": one })).collect();
        let mut contract = contract();
        contract["endpoints"] = endpoints.into();
        serde_json::from_value::<Contract>(contract).expect("a contract")
    };
    for (old, now, expected) in [
        (&["sse", "stdio"][..], &["stdio", "sse"][..], &[][..]),
        (
            &["sse"],
            &["streamable-http"],
            &[
                ("no longer served over `sse`", ChangeLevel::Major),
                ("now served over `streamable-http`", ChangeLevel::Minor),
            ],
        ),
        (&["sse", "stdio"], &[], &[("no longer served over `sse`", ChangeLevel::Major)]),
        (
            &[],
            &["sse"],
            &[
                ("no longer served over `stdio`", ChangeLevel::Unknown),
                ("now served over `sse`", ChangeLevel::Unknown),
            ],
        ),
    ] {
        let changes = diff(&served(old), &served(now));
        let told: Vec<_> =
            changes.iter().map(|one| (one.message.trim_start_matches("is "), one.class)).collect();
        assert_eq!(told, expected, "{old:?} {now:?}");
    }
}

#[test]
fn references_become_what_they_refer_to() {
    let schema = json!({
        "properties": {
            "a": {"$ref": "#/$defs/City", "description": "Where", "default": {}},
            "b": {"items": {"$ref": "#/$defs/Trip"}},
            "c": {"$ref": "#/$defs/Gone"},
        },
        "$defs": {
            "City": {"title": "City", "type": "object", "description": "A city"},
            "Trip": {"properties": {"to": {"$ref": "#/$defs/City"}}},
            "Unused": {"type": "string"},
        },
    });
    let expected = json!({
        "properties": {
            "a": {"type": "object", "description": "Where", "default": {}},
            "b": {"items": {"properties": {"to": {"type": "object", "description": "A city"}}}},
            "c": {"$ref": "#/$defs/Gone"},
        },
    });
    assert_eq!(normalised(schema), expected);
}

#[test]
fn what_comes_to_itself_stays_a_reference() {
    let node =
        json!({"properties": {"next": {"$ref": "#/definitions/Node"}, "tag": {"$ref": "#/definitions/Tag"}}});
    let schema =
        json!({"items": {"$ref": "#/definitions/Node"}, "definitions": {"Node": node, "Tag": {"const": 1}}});
    let expected = json!({
        "items": {"$ref": "#/$defs/Node"},
        "$defs": {"Node": {"properties": {"next": {"$ref": "#/$defs/Node"}, "tag": {"const": 1}}}},
    });
    assert_eq!(normalised(schema), expected);
}

/// Each definition stands for two of the next, as in the entities of a hostile XML file.
#[test]
fn definitions_that_multiply_stay_small() {
    let next = |index| json!({"anyOf": [{"$ref": format!("#/$defs/{index}")}, {"$ref": format!("#/$defs/{index}")}]});
    let definitions: Map<_, _> = (0..200).map(|index| (index.to_string(), next(index + 1))).collect();
    let schema = normalised(json!({"$ref": "#/$defs/0", "$defs": definitions}));
    assert!(schema.to_string().len() < 8 << 20);
    let mut whole = contract();
    whole["tools"] = json!([{"name": "t", "inputSchema": schema}]);
    let whole = Contract::parse(whole.to_string().as_bytes()).expect("it can be read again");
    assert_eq!(diff(&whole, &whole), []);
}

#[test]
fn what_is_too_deep_is_partial() {
    let mut schema = json!({});
    for _ in 0..1000 {
        schema = json!({"items": schema});
    }
    let tools = normal(&[tool(schema)], "name");
    assert_eq!(
        (tools[0].listed["inputSchema"].clone(), &*tools[0].partial),
        (json!({}), &["inputSchema".to_owned()][..])
    );
}

#[test]
fn texts_lose_the_indentation_of_their_code() {
    let listed = json!({
        "name": "p",
        "description": "One.\n\n        Two.\n    ",
        "arguments": [{"name": "x", "description": "\n    A\n    B"}],
    });
    let listed = listed.as_object().cloned().unwrap_or_default();
    let prompts = normal(&[Primitive { listed, ..Primitive::default() }], "name");
    assert_eq!(prompts[0].listed["description"], "One.\n\nTwo.");
    assert_eq!(prompts[0].listed["arguments"][0]["description"], "A\nB");
}

#[test]
fn entries_stand_in_order_of_their_names_and_once() {
    let named = |name: &str, number: u64| {
        let listed = json!({"name": name, "number": number});
        Primitive { listed: listed.as_object().cloned().unwrap_or_default(), ..Primitive::default() }
    };
    let found = normal(&[named("b", 1), named("a", 2), named("b", 3), Primitive::default()], "name");
    let found: Vec<_> = found.iter().map(|one| (one.text("name"), one.listed["number"].as_u64())).collect();
    assert_eq!(found, [(Some("a"), Some(2)), (Some("b"), Some(1))]);
}

#[test]
fn what_is_written_can_be_read() {
    let mut whole = contract();
    whole["sdk"] = json!({"name": "mcp", "major": 2});
    whole["environment"] =
        json!([{"name": "KEY", "required": true, "secret": true}, {"name": "URL", "required": false}]);
    let conditional = json!({"default": true, "by": ["--read-only", "env:READ_ONLY"]});
    whole["tools"] = json!([{"name": "t", "partial": ["inputSchema"], "conditional": conditional}]);
    whole["unknown"] = json!([{"path": "src/a.py", "what": "tools of a loop"}]);
    let read = Contract::parse(whole.to_string().as_bytes()).expect("a contract");
    let written = read.to_json();
    assert_eq!(Contract::parse(written.as_bytes()).as_ref(), Ok(&read));
    whole["server"] = json!({"name": null, "version": null, "title": null, "instructions": null});
    assert_eq!(serde_json::from_str::<Value>(&written).ok(), Some(whole));
}

#[test]
fn the_first_format_is_read() {
    for (told, conditional) in [("true", Some(Conditional::default())), ("false", None)] {
        let mut whole = contract();
        whole["version"] = json!(1);
        whole["tools"] = json!([{"name": "t", "conditional": told == "true"}]);
        let read = Contract::parse(whole.to_string().as_bytes()).expect("a contract");
        assert_eq!(read.tools[0].conditional, conditional, "{told}");
    }
}

#[test]
fn what_was_recorded_is_compared_with_what_was_recorded_alike() {
    let recorded = |variables: Value, days: &str, more: &[&str]| {
        let mut whole = contract();
        let members = json!({"type": "object", "properties": {"days": {"type": days}}});
        let mut tools = vec![json!({"name": "t", "inputSchema": members, "recorded": ["inputSchema"]})];
        tools.extend(more.iter().map(|name| json!({"name": name, "recorded": ["name"]})));
        whole["tools"] = json!(tools);
        whole["unknown"] = json!([{"path": "src/a.py", "what": "tools of a loop", "recorded": true}]);
        whole["recorded"] = json!([{"script": "weather", "variables": variables}]);
        Contract::parse(whole.to_string().as_bytes()).expect("a contract")
    };
    let base = recorded(json!([]), "integer", &["u"]);
    let classes = |new: &Contract| {
        diff(&base, new).into_iter().map(|change| (change.kind, change.class)).collect::<Vec<_>>()
    };
    let (narrowed, gone) = ("type-changed".to_owned(), "tool-removed".to_owned());
    assert_eq!(
        classes(&recorded(json!([]), "string", &[])),
        [(narrowed.clone(), ChangeLevel::Major), (gone.clone(), ChangeLevel::Major)]
    );
    assert_eq!(
        classes(&recorded(json!(["KEY"]), "string", &[])),
        [(narrowed, ChangeLevel::Unknown), (gone, ChangeLevel::Unknown)]
    );
}

#[test]
fn what_is_no_contract_is_refused() {
    let changed = |change: fn(&mut Value)| {
        let mut whole = contract();
        change(&mut whole);
        Contract::parse(whole.to_string().as_bytes())
            .map_err(|fault| fault.split(" at line").next().map(str::to_owned))
    };
    for (fault, change) in [
        (
            "its format is 7, and this release of mcp-backend knows 1 to 2",
            (|one| one["version"] = json!(7)) as fn(&mut Value),
        ),
        ("a tool has no `name`", |one| one["tools"] = json!([{"name": 7}])),
        ("a resource has no `uri`", |one| one["resources"] = json!([{"name": "x"}])),
        ("a tool has an `inputSchema` that is no object: `t`", |one| {
            one["tools"] = json!([{"name": "t", "inputSchema": []}]);
        }),
        ("invalid type: string \"t\", expected struct Primitive", |one| one["tools"] = json!(["t"])),
        ("invalid type: map, expected a sequence", |one| one["scripts"] = json!({})),
    ] {
        assert_eq!(changed(change).err().flatten().as_deref(), Some(fault));
    }
    // the format may be added to
    assert!(changed(|one| one["later"] = json!(1)).is_ok());
    let deep = "[".repeat(100_000);
    for text in ["", "[]", "null", "{\"version\": -1}", "{\"version\": 1", &deep] {
        assert!(Contract::parse(text.as_bytes()).is_err(), "{text:.20}");
    }
    assert!(Contract::parse(&vec![b' '; (16 << 20) + 1]).is_err());
}

/// Keywords with values that fit them, mostly.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!(true)),
        Just(json!(false)),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"$ref": "#/$defs/A"})),
        Just(json!({"$ref": 7})),
        Just(json!({"enum": ["a", 1, null], "type": 3})),
        Just(json!({"type": "integer", "minimum": "x", "maxItems": -4, "multipleOf": 0})),
        "[a-z]{0,4}"
            .prop_map(|text| json!({"type": text, "pattern": text, "required": [text, 1], "default": text})),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let many = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            many.clone().prop_map(|arms| json!({"anyOf": arms})),
            many.clone().prop_map(|items| json!({"type": "array", "prefixItems": items, "items": items.first()})),
            (many, inner.clone()).prop_map(|(all, rest)| {
                let named: Map<_, _> =
                    all.into_iter().enumerate().map(|(index, one)| (format!("p{index}"), one)).collect();
                json!({"type": "object", "properties": named, "$defs": {"A": rest}, "additionalProperties": rest})
            }),
            inner.prop_map(|one| json!({"not": one, "items": one})),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_makes_reading_panic(text in "\\PC{0,200}") {
        let _ = Contract::parse(text.as_bytes());
    }

    #[test]
    fn no_schemas_make_the_comparison_panic(base in schema(), new in schema()) {
        let [base, new] = [base, new].map(|schema| {
            let mut whole = contract();
            whole["tools"] = json!([{"name": "t", "inputSchema": {"properties": {"x": schema}}, "outputSchema": {"items": schema}}]);
            Contract::parse(whole.to_string().as_bytes()).expect("a contract")
        });
        prop_assert_eq!(diff(&base, &base), []);
        let _ = diff(&base, &new);
    }

    #[test]
    fn a_normal_schema_stays_as_it_is(schema in schema()) {
        let once = normalised(schema);
        prop_assert_eq!(&normalised(once.clone()), &once);
    }
}

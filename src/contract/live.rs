//! A contract against what its server answered when it ran.
//!
//! The answer is brought into the form of the contract and compared by the same code as two releases are. What the contract
//! does not wholly tell (`partial`, `conditional`, `unknown`) is never held against it: such a difference is a note. Nothing
//! here runs a server.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::change::{ChangeLevel, ChangeSubject, ContractChange};
use super::{Conditions, Contract, field, schema};
use crate::server::{Identity, Primitive};
use crate::text::cleaned;

/// What one script's server answered, in the words of the protocol.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LiveAnswer {
    /// The script, and what it was started under.
    #[serde(flatten)]
    pub(super) conditions: Conditions,
    pub(super) server: Identity,
    #[serde(deserialize_with = "listed")]
    pub(super) tools: Vec<Primitive>,
    #[serde(deserialize_with = "listed")]
    pub(super) prompts: Vec<Primitive>,
    #[serde(deserialize_with = "listed")]
    pub(super) resources: Vec<Primitive>,
    #[serde(deserialize_with = "listed")]
    pub(super) resource_templates: Vec<Primitive>,
}

/// Entries as a server lists them: whatever stands there, it is no mark of ours.
fn listed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Primitive>, D::Error> {
    let list = Vec::<Map<String, Value>>::deserialize(deserializer)?;
    Ok(list.into_iter().map(|listed| Primitive { listed, ..Primitive::default() }).collect())
}

/// What the two that are compared are called in messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sides {
    pub(super) told: &'static str,
    pub(super) listed: &'static str,
}

/// One difference between a contract and the answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// `server`, `tool`, `prompt`, `resource` or `template`.
    #[serde(rename = "in")]
    pub subject: &'static str,
    /// Its name or address; empty for the server.
    pub name: String,
    /// `missing` (the server does not list it), `extra` (the contract does not) or `different`.
    pub kind: &'static str,
    /// Where in the entry, as a JSON pointer (RFC 6901).
    pub path: String,
    /// What differs, as a phrase.
    pub message: String,
    /// Whether the contract is wrong; it is not where it tells by itself that it does not know.
    pub fails: bool,
}

/// The fields that a contract always tells, so that it is wrong of an entry to have them in the answer alone.
const TOLD: &[&str] =
    &["title", "description", "inputSchema", "outputSchema", "annotations", "arguments", "mimeType"];

/// How the answers of a wheel's servers differ from its contract, in order.
///
/// Where there are several, each may list a part: nothing is missing that one of them lists, unless the contract says that
/// another does.
pub fn live(contract: &Contract, answers: &[LiveAnswer]) -> Vec<Difference> {
    compare(contract, answers, Sides { told: "the contract", listed: "the server" })
}

/// The same, by these names.
pub(super) fn compare(contract: &Contract, answers: &[LiveAnswer], sides: Sides) -> Vec<Difference> {
    let mut found = BTreeSet::new();
    if answers.is_empty() {
        return Vec::new();
    }
    of_server(contract, answers, sides, &mut found);
    for (at, (subject, key, entries)) in contract.lists().enumerate() {
        let lists: Vec<_> = answers.iter().map(|answer| (answer, normal(answer, at, key))).collect();
        let list = List { contract, sides, subject, key, entries };
        for entry in entries {
            list.entry(entry, &lists, &mut found);
        }
        for (answer, entry) in
            lists.iter().flat_map(|(answer, list)| list.iter().map(move |entry| (answer, entry)))
        {
            list.extra(entry, answer, &mut found);
        }
    }
    found.into_iter().collect()
}

/// The list at this place of `Contract::lists`, in normal form.
fn normal(answer: &LiveAnswer, at: usize, key: &str) -> Vec<Primitive> {
    let lists = [&answer.tools, &answer.prompts, &answer.resources, &answer.resource_templates];
    schema::normal(lists[at], key)
}

/// Compares what the servers say of themselves, as far as the contract tells.
fn of_server(contract: &Contract, answers: &[LiveAnswer], sides: Sides, found: &mut BTreeSet<Difference>) {
    let fields = |server: &Identity| {
        let Identity { name, version, title, instructions, .. } = server.clone();
        [("name", name), ("version", version), ("title", title), ("instructions", instructions)]
    };
    let answered: Vec<_> = answers.iter().map(|answer| fields(&answer.server)).collect();
    for (at, (field, told)) in fields(&contract.server).into_iter().enumerate() {
        let Some(told) = told.filter(|told| !told.is_empty()) else { continue };
        let mut said = answered.iter().filter_map(|fields| fields[at].1.as_deref());
        if said.clone().any(|said| cleaned(said) == cleaned(&told)) {
            continue;
        }
        let said = said.next().map(Value::from);
        let message = unlike(Some(&Value::from(told.as_str())), said.as_ref(), sides);
        let is_recorded = contract.server.recorded.iter().any(|recorded| recorded == field);
        found.insert(Difference {
            subject: "server",
            name: String::new(),
            kind: "different",
            path: format!("/{field}"),
            message: message.unwrap_or_default(),
            fails: !is_recorded
                || answers.iter().all(|answer| contract.is_recorded_under(&answer.conditions)),
        });
    }
}

/// One list of the contract.
struct List<'c> {
    contract: &'c Contract,
    sides: Sides,
    subject: &'static str,
    /// The field that tells its entries apart.
    key: &'static str,
    entries: &'c [Primitive],
}

impl List<'_> {
    /// Compares an entry of the contract with what each server lists under its name.
    fn entry(
        &self,
        told: &Primitive,
        lists: &[(&LiveAnswer, Vec<Primitive>)],
        found: &mut BTreeSet<Difference>,
    ) {
        let name = told.text(self.key).unwrap_or_default();
        let same = |one: &&Primitive| one.text(self.key) == Some(name);
        let certain = told.conditional.is_none() && told.is_certain(self.key);
        let its = lists.iter().filter(|(answer, _)| told.is_of(&answer.conditions.script));
        let (with, without): (Vec<_>, Vec<_>) = its.partition(|(_, list)| list.iter().any(|one| same(&one)));
        for (answer, _) in &without {
            let message = format!("`{}` does not list it", answer.conditions.script);
            // a contract that names no scripts may have been made of the lists of several
            let certain = certain && (with.is_empty() || !told.scripts.is_empty());
            let fails = certain && self.holds(told, self.key, answer);
            found.insert(self.difference(name, "missing", "", message, fails));
        }
        for (answer, list) in with {
            let Some(listed) = list.iter().find(same) else { continue };
            self.fields(told, listed, answer, found);
        }
    }

    /// Compares the fields of an entry, those alone that a contract tells.
    fn fields(
        &self,
        told: &Primitive,
        listed: &Primitive,
        answer: &LiveAnswer,
        found: &mut BTreeSet<Difference>,
    ) {
        let reshaped = self.is_reshaped(answer);
        let name = told.text(self.key).unwrap_or_default();
        let subject = ChangeSubject { kind: self.subject, name: name.to_owned() };
        let [whole, answered] = [told, listed].map(|one| Value::Object(one.listed.clone()));
        let others = TOLD.iter().copied().filter(|field| !told.listed.contains_key(*field));
        for field in told.listed.keys().map(String::as_str).chain(others).filter(|field| *field != self.key) {
            let values = [told, listed].map(|one| one.listed.get(field));
            // a field may be missing because another, of which it is made, is not wholly told
            let told_of = told.is_certain(field) && (values[0].is_some() || told.partial.is_empty());
            let holds = self.holds(told, field, answer) && told.conditional.is_none();
            let known = told_of && listed.is_certain(field) && holds;
            for change in field::field(&subject, field, values, reshaped) {
                let fails = known && matters(&change);
                let message = message(&change, &whole, &answered, self.sides);
                found.insert(self.difference(name, "different", &change.pointer, message, fails));
            }
        }
    }

    /// Tells an entry of an answer that the contract does not know.
    fn extra(&self, listed: &Primitive, answer: &LiveAnswer, found: &mut BTreeSet<Difference>) {
        let Some(name) = listed.text(self.key) else { return };
        let is_it =
            |told: &Primitive| told.text(self.key) == Some(name) && told.is_of(&answer.conditions.script);
        if self.entries.iter().any(is_it) {
            return;
        }
        let recorded = self.contract.is_recorded_under(&answer.conditions);
        let open = self.contract.unknown.iter().any(|place| !(place.recorded && recorded))
            || self.entries.iter().any(|told| !told.is_certain(self.key));
        let certain = !open && listed.is_certain(self.key);
        let message = format!("{} does not list it", self.sides.told);
        found.insert(self.difference(name, "extra", "", message, certain));
    }

    /// Whether the answer has to have the field as it is told: what was recorded holds under the same alone.
    fn holds(&self, told: &Primitive, field: &str, answer: &LiveAnswer) -> bool {
        !told.is_recorded(field) || self.contract.is_recorded_under(&answer.conditions)
    }

    fn difference(
        &self,
        name: &str,
        kind: &'static str,
        path: &str,
        message: String,
        fails: bool,
    ) -> Difference {
        let (subject, name, path) = (self.subject, name.to_owned(), path.to_owned());
        Difference { subject, name, kind, path, message, fails }
    }

    /// Whether another major version of the SDK shapes the answer than the one that the contract was made for.
    fn is_reshaped(&self, answer: &LiveAnswer) -> bool {
        let Some(sdk) = &self.contract.sdk else { return true };
        let versions = &answer.conditions.versions;
        let major = versions.get(&sdk.name).and_then(|version| version.split('.').next()?.parse().ok());
        major.is_some_and(|major: u64| major != sdk.major)
    }
}

/// Whether users or agents would notice; titles, icons and what results are described by bind nobody.
fn matters(change: &ContractChange) -> bool {
    match change.class {
        ChangeLevel::Unknown => change.kind == "pattern-changed",
        ChangeLevel::Patch => change.warning,
        ChangeLevel::Minor | ChangeLevel::Major => true,
    }
}

/// What differs at the place of a change, by what stands there in the contract and in the answer.
fn message(change: &ContractChange, told: &Value, listed: &Value, sides: Sides) -> String {
    if change.kind.ends_with("-now-required") {
        return format!("{} requires it, and {} does not", sides.listed, sides.told);
    }
    if change.kind.ends_with("-now-optional") {
        return format!("{} requires it, and {} does not", sides.told, sides.listed);
    }
    let [told, listed] = [told, listed].map(|whole| whole.pointer(&change.pointer));
    unlike(told, listed, sides).unwrap_or_else(|| change.to_string())
}

/// Words for two values that differ.
fn unlike(told: Option<&Value>, listed: Option<&Value>, sides: Sides) -> Option<String> {
    if told == listed {
        return None;
    }
    let texts = [told, listed].map(|value| value.map(Value::to_string).unwrap_or_default());
    let same = texts[0].chars().zip(texts[1].chars()).take_while(|(one, other)| one == other).count();
    let words = |value: Option<&Value>, text: &str| match value {
        None => "nothing".to_owned(),
        Some(_) => format!("`{}`", around(text, same)),
    };
    let [one, other] = [words(told, &texts[0]), words(listed, &texts[1])];
    Some(format!("{} says {one}, {} {other}", sides.told, sides.listed))
}

/// The part of a long text that stands around the character with this number.
fn around(text: &str, at: usize) -> String {
    const BEFORE: usize = 20;
    const LONGEST: usize = 80;
    let length = text.chars().count();
    if length <= LONGEST {
        return text.to_owned();
    }
    let start = at.saturating_sub(BEFORE).min(length - LONGEST);
    let part: String = text.chars().skip(start).take(LONGEST).collect();
    let [before, behind] = [start > 0, start + LONGEST < length].map(|cut| if cut { "…" } else { "" });
    format!("{before}{part}{behind}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A contract with one tool of two parameters, changed.
    fn contract(change: fn(&mut Value)) -> Contract {
        let mut whole = json!({
            "version": 1, "project": {"name": "weather", "version": "1.0.0"},
            "sdk": {"name": "mcp", "major": 2}, "server": {"name": "weather"}, "scripts": ["weather"],
            "environment": [], "tools": [tool()], "prompts": [], "resources": [], "resourceTemplates": [],
            "unknown": [],
        });
        change(&mut whole);
        Contract::parse(whole.to_string().as_bytes()).expect("a contract")
    }

    fn tool() -> Value {
        json!({
            "name": "forecast",
            "description": "Tell it.",
            "inputSchema": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer", "default": 3}},
                "required": ["city"],
            },
        })
    }

    /// The answer of a server with that tool, changed.
    fn answer(change: fn(&mut Value)) -> LiveAnswer {
        let mut whole = json!({
            "script": "weather", "versions": {"mcp": "2.3.0"}, "server": {"name": "weather", "version": "2.3.0"},
            "tools": [tool()],
        });
        change(&mut whole);
        serde_json::from_value(whole).expect("an answer")
    }

    fn compared(contract: &Contract, answers: &[LiveAnswer]) -> Vec<String> {
        let words = |one: Difference| {
            let mark = if one.fails { "!" } else { "" };
            format!("{mark}{} {} {} {}: {}", one.kind, one.subject, one.name, one.path, one.message)
        };
        live(contract, answers).into_iter().map(words).collect()
    }

    #[test]
    fn what_the_sdks_write_otherwise_is_no_difference() {
        let other = answer(|whole| {
            whole["tools"][0] = json!({
                "name": "forecast",
                "description": "\n    Tell it.\n    ",
                "_meta": {"fastmcp": {"tags": []}},
                "execution": {"taskSupport": "forbidden"},
                "inputSchema": {
                    "type": "object", "title": "forecastArguments", "required": ["city"],
                    "properties": {
                        "city": {"$ref": "#/$defs/City"},
                        "days": {"type": "integer", "default": 3, "title": "Days"},
                    },
                    "$defs": {"City": {"type": "string", "title": "City"}},
                },
            });
        });
        assert_eq!(compared(&contract(|_| ()), &[other]), Vec::<String>::new());
    }

    #[test]
    fn what_differs_is_told_with_its_place() {
        for (expected, change) in [
            (
                "!missing tool forecast : `weather` does not list it",
                (|whole| whole["tools"] = json!([])) as fn(&mut Value),
            ),
            (
                "!different tool forecast /inputSchema/properties/days/default: the contract says `3`, the server `4`",
                |whole| {
                    whole["tools"][0]["inputSchema"]["properties"]["days"]["default"] = json!(4);
                },
            ),
            (
                "!different tool forecast /inputSchema/properties/days: the server requires it, and the contract does not",
                |whole| {
                    whole["tools"][0]["inputSchema"]["required"] = json!(["city", "days"]);
                },
            ),
            (
                "!different tool forecast /inputSchema/properties/days: the contract says `{\"type\":\"integer\",\"default\":3}`, the server nothing",
                |whole| {
                    whole["tools"][0]["inputSchema"]["properties"] = json!({"city": {"type": "string"}});
                },
            ),
            (
                "!different tool forecast /description: the contract says `\"Tell it.\"`, the server `\"Ask it.\"`",
                |whole| {
                    whole["tools"][0]["description"] = json!("Ask it.");
                },
            ),
            (
                "!different server  /name: the contract says `\"weather\"`, the server `\"climate\"`",
                |whole| {
                    whole["server"]["name"] = json!("climate");
                },
            ),
        ] {
            assert_eq!(compared(&contract(|_| ()), &[answer(change)]), [expected]);
        }
        let more = answer(|whole| whole["prompts"] = json!([{"name": "ask"}]));
        assert_eq!(
            compared(&contract(|_| ()), &[more]),
            ["!extra prompt ask : the contract does not list it"]
        );
    }

    #[test]
    fn each_script_has_the_list_that_the_contract_gives_it() {
        let [weather, admin] = ["weather", "admin"].map(|script| {
            let mut answer = answer(|_| ());
            script.clone_into(&mut answer.conditions.script);
            answer
        });
        let of_weather = contract(|whole| whole["tools"][0]["scripts"] = json!(["weather"]));
        assert_eq!(compared(&of_weather, std::slice::from_ref(&weather)), Vec::<String>::new());
        let extra = "!extra tool forecast : the contract does not list it";
        assert_eq!(compared(&of_weather, &[weather.clone(), admin.clone()]), [extra]);
        let without = LiveAnswer { tools: Vec::new(), ..weather };
        let missing = "!missing tool forecast : `weather` does not list it";
        assert_eq!(compared(&of_weather, &[without.clone(), admin.clone()]), [extra, missing]);
        // without a word of scripts it may be the list of any
        let told = compared(&contract(|_| ()), &[without, admin]);
        assert_eq!(told, ["missing tool forecast : `weather` does not list it"]);
    }

    #[test]
    fn what_the_contract_does_not_know_is_a_note() {
        for (expected, told, change) in [
            (
                "different tool forecast /description: the contract says `\"Tell it.\"`, the server `\"Ask it.\"`",
                (|whole| whole["tools"][0]["partial"] = json!(["description"])) as fn(&mut Value),
                (|whole| whole["tools"][0]["description"] = json!("Ask it.")) as fn(&mut Value),
            ),
            (
                "different tool forecast /outputSchema: the contract says nothing, the server `{\"type\":\"object\"}`",
                |whole| whole["tools"][0]["partial"] = json!(["inputSchema"]),
                |whole| whole["tools"][0]["outputSchema"] = json!({"type": "object"}),
            ),
            (
                "missing tool forecast : `weather` does not list it",
                |whole| whole["tools"][0]["conditional"] = json!({"by": []}),
                |whole| whole["tools"] = json!([]),
            ),
            (
                "different tool forecast /title: the contract says nothing, the server `\"Forecast\"`",
                |_| (),
                |whole| whole["tools"][0]["title"] = json!("Forecast"),
            ),
            (
                "extra prompt ask : the contract does not list it",
                |whole| whole["unknown"] = json!([{"path": "a.py", "what": "prompts of a loop"}]),
                |whole| whole["prompts"] = json!([{"name": "ask"}]),
            ),
        ] {
            assert_eq!(compared(&contract(told), &[answer(change)]), [expected]);
        }
    }

    #[test]
    fn what_was_recorded_holds_under_the_same_alone() {
        let recorded = |whole: &mut Value| {
            whole["tools"][0]["recorded"] = json!(["description"]);
            whole["unknown"] = json!([{"path": "a.py", "what": "tools of a loop", "recorded": true}]);
            whole["recorded"] = json!([{"script": "weather", "versions": {"mcp": "2.3.0"}}]);
        };
        let other = |change: fn(&mut Value)| {
            let mut whole = json!({
                "script": "weather", "versions": {"mcp": "2.3.0"}, "server": {"name": "weather"},
                "tools": [tool(), {"name": "outlook"}],
            });
            whole["tools"][0]["description"] = json!("Ask it.");
            change(&mut whole);
            serde_json::from_value(whole).expect("an answer")
        };
        let said = |mark: &str| {
            [
                format!(
                    "{mark}different tool forecast /description: the contract says `\"Tell it.\"`, the server `\"Ask it.\"`"
                ),
                format!("{mark}extra tool outlook : the contract does not list it"),
            ]
        };
        assert_eq!(compared(&contract(recorded), &[other(|_| ())]), said("!"));
        for change in [
            (|whole| whole["versions"]["mcp"] = json!("2.4.0")) as fn(&mut Value),
            |whole| whole["arguments"] = json!(["--more"]),
            |whole| whole["variables"] = json!(["WEATHER_KEY"]),
        ] {
            assert_eq!(compared(&contract(recorded), &[other(change)]), said(""));
        }
    }

    #[test]
    fn one_of_several_servers_may_list_a_part() {
        let none = answer(|whole| {
            whole["script"] = json!("admin");
            whole["server"]["name"] = json!("admin");
            whole["tools"] = json!([]);
        });
        let both = [answer(|_| ()), none];
        assert_eq!(compared(&contract(|_| ()), &both), ["missing tool forecast : `admin` does not list it"]);
    }

    #[test]
    fn another_sdk_shapes_schemas_in_its_own_way() {
        let older = answer(|whole| {
            whole["versions"] = json!({"mcp": "1.30.0"});
            whole["tools"][0]["outputSchema"] = json!({"type": "object"});
        });
        assert_eq!(compared(&contract(|_| ()), &[older]), Vec::<String>::new());
    }

    #[test]
    fn a_long_text_is_told_around_its_first_difference() {
        let long = |end: &str| Value::from(format!("{}{end}{}", "a".repeat(200), "z".repeat(200)));
        let told = unlike(Some(&long("x")), Some(&long("y")), Sides { told: "one", listed: "other" })
            .expect("they differ");
        assert!(told.contains("aax") && told.contains("aay") && told.contains('…'), "{told}");
        assert!(told.chars().count() < 250, "{told}");
    }
}

//! What changed from one contract to the next, each change with its class.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{ChangeLevel, ChangeSubject, ContractChange, change};
use super::{Contract, field};
use crate::environment::Variable;
use crate::server::Primitive;

/// What changed from `base` to `new`, by subject, the gravest of a subject first.
///
/// What the text does not wholly tell, in either of them, is of unknown class.
pub fn diff(base: &Contract, new: &Contract) -> Vec<ContractChange> {
    let mut changes = Vec::new();
    of_server(base, new, &mut changes);
    of_scripts(base, new, &mut changes);
    of_environment(base, new, &mut changes);
    let alike = base.recorded.len() == new.recorded.len()
        && base.recorded.iter().zip(&new.recorded).all(|(old, now)| old.is_alike(now));
    let pair = Pair { base, new, reshaped: base.sdk != new.sdk, alike };
    for ((kind, key, old), (_, _, now)) in base.lists().zip(new.lists()) {
        pair.list(kind, key, [old, now], &mut changes);
    }
    changes
}

fn of_server(base: &Contract, new: &Contract, changes: &mut Vec<ContractChange>) {
    let subject = ChangeSubject { kind: "server", name: String::new() };
    match (&base.sdk, &new.sdk) {
        (old, now) if old == now => {}
        (Some(old), Some(now)) => {
            let (old, now) = [old, now].map(|sdk| format!("{} {}", sdk.name, sdk.major)).into();
            let message = format!("made with {now} and not with {old}, which shapes every schema otherwise");
            let changed = change(&subject, "sdk-changed", "/sdk", ChangeLevel::Minor, message);
            changes.push(ContractChange { warning: true, ..changed });
        }
        _ => {
            let message = "the SDK is known in one of the two alone".to_owned();
            changes.push(change(&subject, "sdk-changed", "/sdk", ChangeLevel::Unknown, message));
        }
    }
    let (old, now) = (&base.server, &new.server);
    match (&old.name, &now.name) {
        (old, now) if old == now => {}
        (Some(old), Some(now)) => {
            let message = format!("is called `{now}` and no longer `{old}`");
            changes.push(change(&subject, "server-renamed", "/server/name", ChangeLevel::Major, message));
        }
        _ => {
            let message = "its name is known in one of the two alone".to_owned();
            changes.push(change(&subject, "server-renamed", "/server/name", ChangeLevel::Unknown, message));
        }
    }
    if old.instructions != now.instructions {
        let message = "its instructions changed".to_owned();
        let changed =
            change(&subject, "instructions-changed", "/server/instructions", ChangeLevel::Patch, message);
        changes.push(ContractChange { warning: true, ..changed });
    }
    if old.title != now.title {
        let message = "its title changed".to_owned();
        changes.push(change(&subject, "title-changed", "/server/title", ChangeLevel::Patch, message));
    }
}

fn of_scripts(base: &Contract, new: &Contract, changes: &mut Vec<ContractChange>) {
    let [old, now] = [base, new].map(|contract| contract.scripts.iter().collect::<BTreeSet<_>>());
    let subject = |name: &String| ChangeSubject { kind: "script", name: name.clone() };
    for name in old.difference(&now) {
        changes.push(change(&subject(name), "script-removed", "", ChangeLevel::Major, "is gone".to_owned()));
    }
    for name in now.difference(&old) {
        changes.push(change(&subject(name), "script-added", "", ChangeLevel::Minor, "is new".to_owned()));
    }
}

fn of_environment(base: &Contract, new: &Contract, changes: &mut Vec<ContractChange>) {
    let named = |variable: &Variable| (variable.name.clone(), variable.clone());
    let [old, now] =
        [base, new].map(|contract| contract.environment.iter().map(named).collect::<BTreeMap<_, _>>());
    let mut add = |name: &str, kind: &str, class, message: &str| {
        let subject = ChangeSubject { kind: "variable", name: name.to_owned() };
        changes.push(change(&subject, kind, "", class, message.to_owned()));
    };
    for (name, variable) in &old {
        let Some(newer) = now.get(name) else {
            if new.tells_all_variables() {
                add(name, "variable-removed", ChangeLevel::Major, "is no longer read");
            } else {
                add(name, "variable-removed", ChangeLevel::Unknown, "may no longer be read");
            }
            continue;
        };
        match (variable.required, newer.required) {
            (false, true) => add(name, "variable-now-required", ChangeLevel::Major, "is required now"),
            (true, false) => add(name, "variable-now-optional", ChangeLevel::Minor, "may be left out now"),
            _ => {}
        }
        if variable.secret != newer.secret {
            let message = if newer.secret { "is a secret now" } else { "is no longer a secret" };
            add(name, "variable-secrecy-changed", ChangeLevel::Patch, message);
        }
    }
    for variable in now.values().filter(|variable| !old.contains_key(&variable.name)) {
        let name = &variable.name;
        match (variable.required, base.tells_all_variables()) {
            (_, false) => {
                add(name, "variable-added", ChangeLevel::Unknown, "is new, or was not known before");
            }
            (true, true) => add(name, "required-variable-added", ChangeLevel::Major, "is new and required"),
            (false, true) => add(name, "variable-added", ChangeLevel::Minor, "is new"),
        }
    }
}

/// Two contracts, as far as their lists depend on the rest.
struct Pair<'c> {
    base: &'c Contract,
    new: &'c Contract,
    /// Whether another SDK shapes the newer lists, which explains what it always does otherwise.
    reshaped: bool,
    /// Whether what they have of recorded answers was asked for in the same way.
    alike: bool,
}

impl Pair<'_> {
    fn list(
        &self,
        kind: &'static str,
        key: &str,
        lists: [&[Primitive]; 2],
        changes: &mut Vec<ContractChange>,
    ) {
        let [old, now] = lists.map(|list| {
            let named = list.iter().filter_map(|entry| Some((entry.text(key)?, entry)));
            named.collect::<BTreeMap<_, _>>()
        });
        let come: Vec<_> = now
            .iter()
            .filter(|(name, _)| !old.contains_key(*name))
            .map(|(name, entry)| (*name, *entry))
            .collect();
        for (name, entry) in &old {
            let subject = ChangeSubject { kind, name: (*name).to_owned() };
            match now.get(name) {
                Some(newer) => {
                    let mut found = self.entry(&subject, key, entry, newer);
                    found.sort_by_key(|change| std::cmp::Reverse(change.class));
                    changes.extend(found);
                }
                None => {
                    let listed = entry.is_listed_by_default() && self.tells(entry, key);
                    let uncertain = !listed || !self.tells_all(self.new);
                    let class = if uncertain { ChangeLevel::Unknown } else { ChangeLevel::Major };
                    let mut message = if uncertain { "may be gone" } else { "is gone" }.to_owned();
                    if let Some(other) = renamed(entry, &come) {
                        message += &format!("; `{other}` is new and like it");
                    }
                    changes.push(change(&subject, &format!("{kind}-removed"), "", class, message));
                }
            }
        }
        for (name, _) in come {
            let subject = ChangeSubject { kind, name: name.to_owned() };
            let (class, message) = if self.tells_all(self.base) {
                (ChangeLevel::Minor, "is new")
            } else {
                (ChangeLevel::Unknown, "is new, or was not known before")
            };
            changes.push(change(&subject, &format!("{kind}-added"), "", class, message.to_owned()));
        }
    }

    /// Whether one of the two tells all that is offered.
    fn tells_all(&self, contract: &Contract) -> bool {
        contract.unknown.iter().all(|place| place.recorded && self.alike)
    }

    /// Whether one of the two wholly tells the field of an entry.
    fn tells(&self, entry: &Primitive, field: &str) -> bool {
        entry.is_certain(field) && (self.alike || !entry.is_recorded(field))
    }

    /// What changed of one that is in both.
    fn entry(
        &self,
        subject: &ChangeSubject,
        key: &str,
        old: &Primitive,
        now: &Primitive,
    ) -> Vec<ContractChange> {
        let others = now.listed.keys().filter(|field| !old.listed.contains_key(*field));
        let mut changes = Vec::new();
        for field in old.listed.keys().chain(others).filter(|field| *field != key) {
            let values = [old, now].map(|entry| entry.listed.get(field));
            let mut found = field::field(subject, field, values, self.reshaped);
            if ![old, now].into_iter().all(|entry| self.tells(entry, field)) {
                for change in &mut found {
                    change.class = ChangeLevel::Unknown;
                }
            }
            changes.extend(found);
        }
        if !now.is_listed_by_default() && old.is_listed_by_default() {
            let message = "stands under a condition now".to_owned();
            changes.push(change(subject, "condition-added", "", ChangeLevel::Unknown, message));
        }
        // what some configurations have never had breaks for some alone
        if !(old.is_listed_by_default() && now.is_listed_by_default()) {
            let graver = changes.iter_mut().filter(|change| change.class == ChangeLevel::Major);
            graver.for_each(|change| change.class = ChangeLevel::Unknown);
        }
        changes
    }
}

/// The only new entry that says the same of itself as one that is gone.
fn renamed<'n>(gone: &Primitive, come: &[(&'n str, &Primitive)]) -> Option<&'n str> {
    let telling = |field: &str| match gone.listed.get(field)? {
        Value::String(text) => (!text.is_empty()).then_some(()),
        Value::Object(schema) => {
            schema.get("properties")?.as_object().filter(|all| !all.is_empty()).map(|_| ())
        }
        _ => None,
    };
    let same = |other: &Primitive, field: &str| {
        telling(field).is_some() && gone.listed.get(field) == other.listed.get(field)
    };
    let fields = ["inputSchema", "description"];
    // among so many nobody renamed one
    let few = come.iter().filter(|_| come.len() <= 20);
    let mut alike = few.filter(|(_, other)| fields.iter().any(|field| same(other, field)));
    let (name, _) = alike.next()?;
    alike.next().is_none().then_some(name)
}

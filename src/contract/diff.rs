//! What changed from one contract to the next, each change with its class.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{ChangeLevel, ChangeSubject, ContractChange, change};
use super::{Contract, field};
use crate::environment::Variable;
use crate::sdk::Transport;
use crate::server::Primitive;

/// What changed from `base` to `new`, by subject, the gravest of a subject first.
///
/// What the text does not wholly tell, in either of them, is of unknown class.
pub fn diff(base: &Contract, new: &Contract) -> Vec<ContractChange> {
    let mut changes = Vec::new();
    of_server(base, new, &mut changes);
    of_scripts(base, new, &mut changes);
    of_transports(base, new, &mut changes);
    of_environment(base, new, &mut changes);
    let alike = base.recorded.len() == new.recorded.len()
        && base.recorded.iter().zip(&new.recorded).all(|(old, now)| old.is_alike(now));
    let scripts = scripts_with_lists(base, new);
    let pair = Pair { base, new, reshaped: base.sdk != new.sdk, alike, scripts };
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

/// A contract without a word of its transports is of stdio alone, or older than that it tells of others.
fn of_transports(base: &Contract, new: &Contract, changes: &mut Vec<ContractChange>) {
    let known = |contract: &Contract| -> Option<BTreeSet<Transport>> {
        let all = contract.endpoints.iter().map(|endpoint| endpoint.transport);
        if contract.endpoints.is_empty() { Some(BTreeSet::from([Transport::Stdio])) } else { all.collect() }
    };
    let (Some(old), Some(now)) = (known(base), known(new)) else { return };
    let subject = ChangeSubject { kind: "server", name: String::new() };
    let mut add = |transport: Transport, kind, class, said: &str| {
        let message = format!("is {said} served over `{}`", transport.name());
        changes.push(change(&subject, kind, "/endpoints", class, message));
    };
    let known = |level| if base.endpoints.is_empty() { ChangeLevel::Unknown } else { level };
    let (gone, comes) = (known(ChangeLevel::Major), known(ChangeLevel::Minor));
    for transport in old.difference(&now) {
        add(*transport, "transport-removed", gone, "no longer");
    }
    for transport in now.difference(&old) {
        add(*transport, "transport-added", comes, "now");
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
    /// The scripts of both that have lists of their own in one of them; none where all scripts list the same.
    scripts: BTreeSet<&'c str>,
}

/// The scripts that a list says to be listed by.
fn marked(contract: &Contract) -> impl Iterator<Item = &str> {
    let entries = contract.lists().flat_map(|(_, _, list)| list);
    entries.flat_map(|entry| &entry.scripts).map(String::as_str)
}

fn scripts_with_lists<'c>(base: &'c Contract, new: &'c Contract) -> BTreeSet<&'c str> {
    let has = |contract: &Contract, script: &str| contract.scripts.iter().any(|name| name == script);
    let of_both = |script: &&str| has(base, script) && has(new, script);
    marked(base).chain(marked(new)).filter(of_both).collect()
}

impl Pair<'_> {
    fn list(
        &self,
        kind: &'static str,
        key: &str,
        lists: [&[Primitive]; 2],
        changes: &mut Vec<ContractChange>,
    ) {
        let mut names: BTreeMap<&str, [Vec<&Primitive>; 2]> = BTreeMap::new();
        for (side, list) in lists.into_iter().enumerate() {
            for entry in list {
                if let Some(name) = entry.text(key) {
                    names.entry(name).or_default()[side].push(entry);
                }
            }
        }
        let is_new = |(_, [old, _]): &(&&str, &[Vec<&Primitive>; 2])| old.is_empty();
        let come: Vec<_> = names.iter().filter(is_new).map(|(name, [_, now])| (*name, now[0])).collect();
        for (name, [old, now]) in &names {
            let subject = ChangeSubject { kind, name: (*name).to_owned() };
            match old.first() {
                None => {}
                Some(gone) if now.is_empty() => changes.push(self.gone(&subject, key, gone, &come)),
                Some(_) => changes.extend(self.by_script(&subject, key, [old, now])),
            }
        }
        let come = come.iter().map(|(name, _)| ChangeSubject { kind, name: (*name).to_owned() });
        changes.extend(come.map(|subject| self.come(&subject, None)));
    }

    /// One that nobody lists any more.
    fn gone(
        &self,
        subject: &ChangeSubject,
        key: &str,
        entry: &Primitive,
        come: &[(&str, &Primitive)],
    ) -> ContractChange {
        let sure = self.would_show(entry, key);
        let class = if sure { ChangeLevel::Major } else { ChangeLevel::Unknown };
        let mut message = if sure { "is gone" } else { "may be gone" }.to_owned();
        if let Some(other) = renamed(entry, come) {
            message += &format!("; `{other}` is new and like it");
        }
        change(subject, &format!("{}-removed", subject.kind), "", class, message)
    }

    /// One that was not listed before, perhaps by the script alone.
    fn come(&self, subject: &ChangeSubject, script: Option<&str>) -> ContractChange {
        let by = script.map(|script| format!(" in `{script}`")).unwrap_or_default();
        let (class, message) = if self.tells_all(self.base) {
            (ChangeLevel::Minor, format!("is new{by}"))
        } else {
            (ChangeLevel::Unknown, format!("is new{by}, or was not known before"))
        };
        change(subject, &format!("{}-added", subject.kind), "", class, message)
    }

    /// What changed under a name, script by script where these have lists of their own.
    fn by_script(
        &self,
        subject: &ChangeSubject,
        key: &str,
        [old, now]: [&[&Primitive]; 2],
    ) -> Vec<ContractChange> {
        let at = |entries: &[&Primitive], script: &str| entries.iter().position(|entry| entry.is_of(script));
        let of = |script| (at(old, script), at(now, script), script);
        let mut listings: Vec<_> = self.scripts.iter().copied().map(of).collect();
        listings.retain(|(old, now, _)| old.is_some() || now.is_some());
        if listings.is_empty() {
            listings.push((Some(0), Some(0), ""));
        }
        let mut compared = BTreeSet::new();
        let mut found = Vec::new();
        for (was, is, script) in listings {
            match (was, is) {
                (Some(was), Some(is)) if compared.insert((was, is)) => {
                    found.extend(self.entry(subject, key, old[was], now[is]));
                }
                (Some(was), None) => found.push(self.gone_from(subject, key, old[was], script)),
                (None, Some(_)) => found.push(self.come(subject, Some(script))),
                _ => {}
            }
        }
        found.sort_by_key(|change| std::cmp::Reverse(change.class));
        found
    }

    /// One that the script no longer lists and another does; a contract in which no script has a list of its own does not
    /// tell which of them served.
    fn gone_from(
        &self,
        subject: &ChangeSubject,
        key: &str,
        entry: &Primitive,
        script: &str,
    ) -> ContractChange {
        let served = marked(self.base).any(|name| name == script);
        let sure = served && self.would_show(entry, key);
        let (class, verb) = if sure { (ChangeLevel::Major, "is") } else { (ChangeLevel::Unknown, "may be") };
        let message = format!("{verb} gone from `{script}`");
        change(subject, &format!("{}-removed", subject.kind), "", class, message)
    }

    /// Whether an entry of the older one surely stood in the newer, were it still there.
    fn would_show(&self, entry: &Primitive, key: &str) -> bool {
        entry.is_listed_by_default() && self.tells(entry, key) && self.tells_all(self.new)
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

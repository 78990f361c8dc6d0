//! What evaluating an expression does: it may bind names, make servers, or reach into namespaces.

use ruff_python_ast::{self as ast, Expr, ExprContext};

use super::expression::{Pending, called, dotted, is_dotted, plain_text, span, value};
use super::walk::Walk;
use super::{BindingKind, DunderAll, Usage};

/// Stands in the list of stored attributes for one whose name is computed.
pub(super) const ANY: &str = "*";

impl<'a> Walk<'a> {
    /// Looks at an expression and at all its parts.
    pub(super) fn expression(&mut self, root: &'a Expr) {
        self.look(Pending::new(root, Usage::Other));
    }

    /// Looks at what is pending and at all its parts.
    pub(super) fn look(&mut self, root: Pending<'a>) {
        if self.skim.is_some() {
            return;
        }
        let around = self.root_expression;
        self.root_expression = around.or(Some(root.expression));
        self.pending.push(root);
        while let Some(next) = self.pending.pop() {
            if !self.harmless(next) && !self.conditional(next) {
                let usage = self.effect(next);
                // of `a.b.c` the whole is a use, not each part
                if !is_dotted(next.expression) {
                    next.push_parts(usage, &mut self.pending);
                }
            }
        }
        self.root_expression = around;
    }

    /// Looks at the parts of `a if b else c` and of `a and b` under what the condition says.
    fn conditional(&mut self, next: Pending<'a>) -> bool {
        let (condition, parts) = match next.expression {
            Expr::If(choice) => {
                let says = self.says(&choice.test);
                (&*choice.test, vec![(says.holds, &*choice.body), (says.fails, &*choice.orelse)])
            }
            Expr::BoolOp(several) => {
                let [first, rest @ ..] = &*several.values else { return false };
                let says = self.says(first);
                let guards = if several.op == ast::BoolOp::And { says.holds } else { says.fails };
                (first, rest.iter().map(|part| (guards.clone(), part)).collect())
            }
            _ => return false,
        };
        let pending = std::mem::take(&mut self.pending);
        self.look(Pending { expression: condition, usage: Usage::Other, ..next });
        let fork = self.fork();
        let one_of_two = next.expression.is_if_expr();
        for (number, (guards, expression)) in parts.into_iter().enumerate() {
            let part = Pending { expression, usage: Usage::Other, ..next };
            let number = if one_of_two { number } else { 0 };
            self.in_arm(fork, number, |walk| walk.under(&guards, |walk| walk.look(part)));
        }
        self.pending = pending;
        true
    }

    /// Takes in one expression; what becomes of the values of its parts.
    fn effect(&mut self, next: Pending<'a>) -> Usage {
        match next.expression {
            Expr::Named(named) if !next.lambda => {
                if let Expr::Name(name) = &*named.target {
                    let kind = match value(&named.value) {
                        kind @ BindingKind::Text(_) => kind,
                        _ => BindingKind::Opaque,
                    };
                    self.bind(&name.id, span(name.range), kind);
                }
            }
            Expr::Yield(_) | Expr::YieldFrom(_) if !next.lambda => self.frame().yields = true,
            Expr::Await(_) => return Usage::Awaited,
            Expr::Call(call) => return self.call(call, &next),
            Expr::Lambda(lambda) => self.shadow_parameters(lambda.parameters.as_deref()),
            Expr::ListComp(comprehension) => self.shadow_targets(&comprehension.generators),
            Expr::SetComp(comprehension) => self.shadow_targets(&comprehension.generators),
            Expr::DictComp(comprehension) => self.shadow_targets(&comprehension.generators),
            Expr::Generator(comprehension) => self.shadow_targets(&comprehension.generators),
            Expr::Name(_) | Expr::Attribute(_) => {
                self.name(next.expression);
                self.record_use(&next);
            }
            Expr::Subscript(_) | Expr::Compare(_) => self.look_up(&next),
            _ => {}
        }
        Usage::Other
    }

    /// A dotted name: each of its parts may reach into a namespace.
    fn name(&mut self, mut expression: &'a Expr) {
        loop {
            self.facts.dynamic |= self.is_sys_modules(expression);
            match expression {
                Expr::Attribute(attribute) => expression = &attribute.value,
                Expr::Name(name) if name.id == "__all__" && name.ctx != ExprContext::Store => {
                    self.facts.exports = DunderAll::Unknown;
                    return;
                }
                _ => return,
            }
        }
    }

    fn shadow_parameters(&mut self, parameters: Option<&'a ast::Parameters>) {
        let names = parameters.into_iter().flat_map(|parameters| parameters.iter());
        self.shadowed.extend(names.map(|parameter| parameter.name().id.as_str()));
    }

    fn shadow_targets(&mut self, generators: &'a [ast::Comprehension]) {
        let mut targets: Vec<&'a Expr> = generators.iter().map(|generator| &generator.target).collect();
        while let Some(target) = targets.pop() {
            match target {
                Expr::Name(name) => {
                    self.shadowed.insert(name.id.as_str());
                }
                Expr::Tuple(several) => targets.extend(&several.elts),
                Expr::List(several) => targets.extend(&several.elts),
                Expr::Starred(rest) => targets.push(&rest.value),
                _ => {}
            }
        }
    }

    fn call(&mut self, call: &'a ast::ExprCall, next: &Pending<'a>) -> Usage {
        self.opens_imported(next, call);
        let Some(name) = called(call) else { return Usage::Other };
        let arguments = &*call.arguments.args;
        let dynamic = match name.as_str() {
            "globals" => true,
            "vars" | "locals" => arguments.is_empty() && self.at_import(),
            // In a function, code without a namespace of its own binds that function's names.
            "exec" => self.at_import() || arguments.len() < 2,
            "setattr" | "delattr" => self.sets_attribute(arguments),
            _ => false,
        };
        self.facts.dynamic |= dynamic;
        Usage::Argument(self.record_call(call, name, next.usage))
    }

    /// Whether `setattr(...)` may write to this module.
    fn sets_attribute(&mut self, arguments: &[Expr]) -> bool {
        let [object, name, ..] = arguments else { return true };
        match dotted(object) {
            Some(object) if self.qualified(&object).is_some() => {
                let name = plain_text(name).map_or(ANY, |text| &*text.value);
                self.facts.stores.insert(name.to_owned());
                false
            }
            Some(_) => false,
            None => true,
        }
    }

    /// `imported.name = ...` may set a name of another module.
    pub(super) fn stores_attribute(&mut self, attribute: &ast::ExprAttribute) {
        if dotted(&attribute.value).is_some_and(|object| self.qualified(&object).is_some()) {
            self.facts.stores.insert(attribute.attr.id.to_string());
        }
    }

    /// Reads of `globals()` and `sys.modules` that change nothing; their other parts are looked at.
    fn harmless(&mut self, next: Pending<'a>) -> bool {
        match next.expression {
            Expr::Subscript(item) if item.ctx == ExprContext::Load => {
                let this_module = item.slice.as_name_expr().is_some_and(|key| key.id == "__name__");
                let read = is_globals(&item.value) || !this_module && self.is_sys_modules(&item.value);
                if read {
                    self.pending.push(Pending { expression: &item.slice, usage: Usage::Other, ..next });
                }
                read
            }
            Expr::Compare(compare) => {
                let [modules] = &*compare.comparators else { return false };
                let read = is_globals(modules) || self.is_sys_modules(modules);
                if read {
                    self.pending.push(Pending { expression: &compare.left, usage: Usage::Other, ..next });
                }
                read
            }
            Expr::Attribute(method) => {
                let reads = ["get", "pop", "keys", "values", "items", "copy"];
                reads.contains(&method.attr.id.as_str()) && self.is_sys_modules(&method.value)
            }
            _ => false,
        }
    }

    fn is_sys_modules(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Name(name) => self.stands_for(&name.id, "sys.modules"),
            Expr::Attribute(attribute) if attribute.attr.id == "modules" => {
                attribute.value.as_name_expr().is_some_and(|module| self.stands_for(&module.id, "sys"))
            }
            _ => false,
        }
    }
}

fn is_globals(expression: &Expr) -> bool {
    let call = expression.as_call_expr();
    call.and_then(|call| call.func.as_name_expr()).is_some_and(|name| name.id == "globals")
}

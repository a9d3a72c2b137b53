//! Functions of the file: made, and called.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Function, Parameter},
};

use super::{Flow, Frame, Machine};
use crate::noxfile::value::{Args, Func, Lambda, Scope, V, Val};

impl<'a> Machine<'a> {
    /// Variables of the running function, for one that is made in it.
    pub(in crate::noxfile) fn closure(&self) -> Option<Arc<Scope<'a>>> {
        self.frames.last().map(|frame| {
            let mut scope = frame.closure.as_ref().map(|closure| (**closure).clone()).unwrap_or_default();
            scope.extend(frame.vars.iter().map(|(name, value)| (*name, value.clone())));
            Arc::new(scope)
        })
    }

    pub(super) fn define(&mut self, function: &'a Function, span: Span) {
        let mut value = self.function_value(function, span);
        for (written, decorator) in function.decorators.iter().rev() {
            let decorator_value = self.eval(decorator);
            value = self.decorate(value, decorator_value, Some((self.at(*written), self.at(decorator.span))));
        }
        self.set(&function.name.text, value);
    }

    /// A function as it is before its decorators.
    pub(super) fn function_value(&self, function: &'a Function, span: Span) -> Val<'a> {
        let closure = self.closure();
        let func = Func {
            function,
            module: self.module,
            base: self.base,
            site: self.site,
            start: span.shifted(self.base).start,
            span: self.at(span),
            closure,
            cases: None,
            is_parametrized: false,
            wraps: None,
            named: None,
            is_registered: false,
        };
        Val::new(V::Func(Arc::new(func)), self.at(function.name.span))
    }

    /// Calls a function of the file.
    pub(in crate::noxfile) fn call_function(&mut self, func: &Arc<Func<'a>>, args: Args<'a>) -> Val<'a> {
        self.call_in_frame(func, args).0
    }

    /// What it returns, and its variables in the end.
    pub(super) fn call_in_frame(&mut self, func: &Arc<Func<'a>>, args: Args<'a>) -> (Val<'a>, Option<Frame<'a>>) {
        let call = args.call;
        let pointer: *const Function = func.function;
        if self.frames.iter().filter(|frame| frame.function == Some(pointer)).count() >= 2 {
            return (Val::unknown(call, format!("`{}` calls itself", func.function.name.text)), None);
        }
        let mut frame = Frame { closure: func.closure.clone(), function: Some(pointer), ..Frame::default() };
        let site = if func.module == 0 { None } else { Some(self.site.unwrap_or(call)) };
        let outer = self.enter(func.module, func.base, site);
        self.bind(&func.function.parameters, args, &mut frame);
        self.frames.push(frame);
        let conditional = self.body.as_ref().map(|body| body.conditional);
        let flow = self.deeper(|this| this.run(&func.function.body));
        if let (Some(body), Some(conditional)) = (&mut self.body, conditional) {
            body.conditional = conditional;
        }
        let frame = self.frames.pop();
        self.leave(outer);
        let result = match flow {
            Some(Flow::Return(value)) => value,
            Some(_) => Val::new(V::None, call),
            None => Val::unknown(call, "is nested too deeply"),
        };
        let early = frame.iter().flat_map(|frame| &frame.early);
        let other = early.into_iter().find(|(value, _)| value.equals(&result) != Some(true));
        let result = other.map_or_else(|| result.clone(), |(value, why)| why.clone().instead_of([value, &result]));
        (result, frame)
    }

    /// Calls a lambda.
    pub(in crate::noxfile) fn call_lambda(&mut self, lambda: &Lambda<'a>, args: Args<'a>) -> Val<'a> {
        let call = args.call;
        let mut frame = Frame { closure: lambda.closure.clone(), ..Frame::default() };
        let site = if lambda.module == 0 { None } else { Some(self.site.unwrap_or(call)) };
        let outer = self.enter(lambda.module, lambda.base, site);
        self.bind(lambda.parameters, args, &mut frame);
        self.frames.push(frame);
        let value = self.eval(lambda.body);
        self.frames.pop();
        self.leave(outer);
        value
    }

    fn bind(&mut self, parameters: &'a [Parameter], args: Args<'a>, frame: &mut Frame<'a>) {
        let Args { positional, keywords, rest, call, .. } = args;
        let mut positional = positional.into_iter();
        let mut keywords: Vec<_> = keywords;
        for parameter in parameters {
            let name: &'a str = &parameter.name.text;
            let value = match parameter.stars {
                1 => Val::new(V::Tuple(Arc::new(positional.by_ref().collect())), call),
                2 => {
                    let entries = keywords.drain(..).map(|(name, value)| (Val::str(name, value.span), value)).collect();
                    match &rest {
                        Some(unknown) => Val::new(V::Unknown(Arc::clone(unknown)), call),
                        None => Val::new(V::Dict(Arc::new(entries)), call),
                    }
                }
                _ => {
                    let keyword = keywords.iter().position(|(keyword, _)| &**keyword == name);
                    let keyword = keyword.map(|at| keywords.remove(at).1);
                    let by_place = || if parameter.is_keyword_only { None } else { positional.next() };
                    match keyword.or_else(by_place) {
                        Some(value) => value,
                        None => match (&parameter.default, &rest) {
                            (_, Some(unknown)) => Val::new(V::Unknown(Arc::clone(unknown)), call),
                            (Some(default), None) => self.eval(default),
                            (None, None) => Val::unknown(call, format!("does not give `{name}`")),
                        },
                    }
                }
            };
            frame.vars.insert(name, value);
        }
    }
}

//! `itertools`.

use std::sync::Arc;

use crate::noxfile::{
    machine::MAX_ITEMS,
    value::{Args, V, Val},
};

pub(super) fn product<'a>(args: &Args<'a>) -> Val<'a> {
    let mut rows: Vec<Vec<Val<'a>>> = vec![Vec::new()];
    for value in &args.positional {
        let Some(items) = value.items().filter(|items| items.len().saturating_mul(rows.len()) <= MAX_ITEMS) else {
            return Val::unknown(args.call, "makes a product of values that are not known");
        };
        rows = rows
            .iter()
            .flat_map(|row| items.iter().map(move |item| [row.as_slice(), std::slice::from_ref(item)].concat()))
            .collect();
    }
    let rows = rows.into_iter().map(|row| {
        let span = row.first().map_or(args.call, |value| value.span);
        Val::new(V::Tuple(Arc::new(row)), span)
    });
    Val::new(V::List(Arc::new(rows.collect())), args.call)
}

pub(super) fn chain<'a>(args: &Args<'a>) -> Val<'a> {
    let all: Option<Vec<Vec<Val<'a>>>> = args.positional.iter().map(Val::members).collect();
    match all {
        Some(all) => Val::list(all.concat(), args.positional.iter().find_map(Val::disorder), args.call),
        None => Val::unknown(args.call, "joins lists that are not known"),
    }
}

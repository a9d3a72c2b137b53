//! C5: nothing stands between them; what does may need its place.

use super::{OfSteps, Steps};

pub(super) const PRECONDITION: OfSteps = OfSteps { id: "C5", look };

fn look(pair: &Steps<'_>) -> Option<String> {
    (pair.second != pair.first + 1).then(|| "another step stands between them".to_owned())
}

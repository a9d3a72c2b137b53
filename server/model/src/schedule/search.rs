//! Looks for a list that is better than the bottom levels: with exclusive or wide tasks, and by Graham's anomalies, the
//! obvious one can be well behind.

use super::random::Random;
use super::{List, Priority, Wide, analyse, simulate_list};
use crate::plan::Plan;

/// The best list found for `plan` on `lanes` lanes: of the usual ones, and of `tries` variations of the best. The same
/// input gives the same list; on a tie bottom levels win.
pub fn best_list(plan: &Plan, lanes: usize, tries: usize) -> List {
    let analysis = analyse(plan);
    let levels = &analysis.bottom_level;
    let exclusive = |value: f64| -> Vec<f64> {
        levels.iter().zip(&plan.tasks).map(|(level, task)| if task.is_exclusive { value } else { *level }).collect()
    };
    let mut best = (f64::INFINITY, List::of(plan, Priority::BottomLevel));
    let mut keep = |list: List| {
        let makespan = simulate_list(plan, lanes, &list).makespan;
        let is_better = makespan < best.0 - 1e-9;
        if is_better {
            best = (makespan, list);
        }
        best.0
    };
    keep(List::of(plan, Priority::BottomLevel));
    keep(List::highest_first(levels, Wide::IsOvertaken));
    keep(List::highest_first(&exclusive(f64::INFINITY), Wide::Holds));
    keep(List::highest_first(&exclusive(-1.0), Wide::Holds));
    keep(List { wide: Wide::IsOvertaken, counts_lanes: true, ..List::of(plan, Priority::PlanOrder) });
    let floor = analysis.length.max(analysis.work / lanes.max(1) as f64);
    let mut random = Random::new(plan.tasks.len() as u64);
    for round in 0..tries {
        let varied: Vec<f64> = levels.iter().map(|level| level * (0.3 * random.normal()).exp()).collect();
        let wide = if round % 2 == 0 { Wide::Holds } else { Wide::IsOvertaken };
        if keep(List::highest_first(&varied, wide)) <= floor * (1.0 + 1e-9) {
            break;
        }
    }
    best.1
}

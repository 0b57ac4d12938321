//! Tells whoever follows the node what is new.

use nemcon_client::api::ConditionView;

use super::worker::Worker;

impl Worker {
    /// Tells the followers how far the log goes, if that has changed.
    pub(super) fn tell_size(&self) {
        let size = self.replica.chain().size().0;
        let sealed = self.replica.sealed_by_all().1.map_or(0, |boundary| boundary.size.0);
        self.news.send_if_modified(|news| {
            let is_new = (news.size, news.sealed) != (size, sealed);
            (news.size, news.sealed) = (size, sealed);
            is_new
        });
    }

    /// Tells the followers which conditions hold, if that has changed.
    pub(super) fn tell_conditions(&self) {
        let conditions = self.conditions();
        self.news.send_if_modified(|news| {
            let key = |it: &ConditionView| (it.name.clone(), it.about.clone(), it.since);
            let is_new = !news.conditions.iter().map(key).eq(conditions.iter().map(key));
            if is_new {
                news.conditions = conditions.into();
            }
            is_new
        });
    }
}

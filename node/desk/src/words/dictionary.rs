//! What the languages have words for, and which language a person reads.

use nemcon_client::api::MeasureStatus;
use nemcon_ledger::record::{Body, Position};
use nemcon_ledger::text::{Code, Line};

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    #[default]
    English,
    /// French.
    French,
}

/// A statement of which the consequences are told.
pub(crate) struct Told<'a> {
    /// The party that signs.
    pub(crate) me: &'a Code,
    /// The statement.
    pub(crate) body: &'a Body,
    /// The zone of the council's clocks.
    pub(crate) zone: Option<&'a Line>,
}

/// Declares the words: those that stand as they are, and those that are said of something.
macro_rules! dictionary {
    (texts: $($text:ident)*; said: $($said:ident($($what:ty),*))*;) => {
        /// The words of a language.
        #[derive(Debug)]
        pub(crate) struct Words {
            pub(crate) language: Language,
            pub(crate) weekdays: [&'static str; 7],
            pub(crate) months: [&'static str; 12],
            $(pub(crate) $text: &'static str,)*
            $(pub(crate) $said: fn($($what),*) -> String,)*
        }
    };
}

dictionary! {
    texts:
        a_file about abstain abstain_more admitted against against_more ahead all_open all_that_was_signed alone
        amends answered_by answers applies as_it_will_be_read attest attestation attests attribute authorised_by
        awaits back back_to_today bases_of_kind basis bind bind_lead bind_none bind_two block broken_log cancel category certificate changes_council
        charter charter_asks charter_in_english charter_requires checked choose clock close close_more code companion
        compare compare_files concerns concerns_hint conditions confidence connected contradicts council
        council_digest dates deadline declaration declaration_hint declaration_missing declaration_needless declare
        declare_more do_not_sign documents documents_hint documents_kept does_not_answer ended enters evidence
        exact_text exceptions expires extend failed favour favour_more field_missing field_no_time file_hint find
        finding follows_checked follows_told force founding freeze_lead from from_own_copy frozen gauge_blocks
        gauge_no_tip go_on_to_read has_changed having_regard if_it_ended_now incident_hint incidents initiative
        is_final item joint judge kept_off kind kinds_by_file language_hint language_of law lead_nothing leaf_hash
        ledger legend lift listed listed_hint locked locked_more look_at_fields lost lost_more lost_title make_public
        mandate mandate_hint mandate_holder manner may_table_nothing measure_number measures member members minutes
        minutes_lead missing month moved_more name needs_you new_deadline no_conditions no_documents no_form
        no_form_more no_incidents no_incidents_here no_keys_here no_keys_more no_link no_longer no_measures no_summary
        nobody_attributes nobody_speaks node_tells nodes nodes_differ not_attributed not_connected not_entitled
        not_found not_found_more not_public not_signed not_signed_unchecked not_stated not_yet nothing_else
        nothing_found nothing_signed_yet notice notice_give notice_give_lead notice_take_back
        notice_take_back_lead now number_of_measure observing older one_a_line one_third one_waits
        only_follows open_ones opens opens_hint optional ordered ordering other_nodes others_open over_ones own_ballot
        own_copy own_copy_more own_reservation package paragraphs passphrase_missing passphrase_wrong peers pending
        pending_more position_of_yours predecessor prepared prepared_hint procedure proof proof_final proof_not_final
        proof_of_inclusion proportionality public put_off read_and_sign read_it_now read_only read_only_more reason
        reason_hint record_col record_sealed record_unsealed records records_say reference reference_hint references
        refused refused_more relation remark remark_hint remark_text report reservation rests_on retract
        retract_more rev_short reviews revise revise_ticks root rule said_besides sealed search search_log
        see_changes see_nodes see_what_stands severity show sign sign_again sign_as sign_nothing signed signs
        signs_for_it since since_yesterday skip sort start_over state status_adopted status_blocked status_lapsed
        status_not_adopted status_open status_withdrawn summary table table_lead tabled tacit take_mandate_back
        take_text takes_no_part targets text text_hash texts_are_same texts_it_is_about title today too_large
        too_large_more too_long_to_compare under_a_minute under_way under_way_more unknown unknown_more unsigned until
        unused used vacant versions waiting_records ways ways_in_log welcome what_changed what_follows what_if what_if_lead
        what_is_signed what_was_signed who who_attributes who_hint whose_ballot withdraw would_be_adopted
        would_be_refused would_block_declared would_block_nobody you you_signed;
    said:
        and_more(usize) at_block(u64) attributed_by(usize) ballot_of(&str) being_checked(u64, u64) block_n(u64)
        by(&str) by_mandate(&str) bytes(u64) clock_off(i64, usize) clocks_of(&str) copy_level(u64)
        count_of(&str, &str) count_of_targets(&str) date(u16, u8, u8) days(u64) document_n(usize) field_unfit(&str)
        field_unfit_line(usize, &str) file_is(&str, &str) file_is_none(&str) freeze_party(&str)
        gauge_members(u64, u64) gauge_tips(&str) gauge_weight(&str, &str) hours(u64) incident_n(u64)
        k_of_n(usize, usize) lead_needs(usize, &str) lead_open(usize) lets_sign(&str) log_holds(u64, u64)
        may_sign_for(&str) measure_n(u64) measure_rev(u64, u32) minutes_left(u64) node_of(&str)
        nodes_of(usize, usize) on_behalf(&str) opens_at(&str) ordered_in(u64) package_of(&str) passphrase_of(&str) pin_of(&str)
        place(&str) proof_size(u64) put_off_since(&str) read_before(u32, u32) record(u64) rev(u32) revise_n(u64)
        sealed_by(usize, u64) sealed_to(u64) seals_of(usize, usize) sign_position(&str) signed_before(u32, u32)
        stands_already(u64) statement(&Body) table_kind(&str) versions_n(u32) waiting(usize) would_block(&str)
        would_wait(&str);
}

impl Language {
    /// The languages, the first one first.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::French];

    /// Its code [BCP 47].
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// Its own name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    /// The language of this code, whatever its region.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        let main = code.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|it| it.code().eq_ignore_ascii_case(main))
    }

    /// The language of these that a browser likes best, by `Accept-Language` [RFC 9110 12.5.4].
    pub(crate) fn preferred(asked: &str) -> Option<Self> {
        let mut best: Option<(u32, Self)> = None;
        for part in asked.split(',').take(16) {
            let (code, quality) = part.trim().split_once(";q=").unwrap_or((part.trim(), "1"));
            let Some(language) = Self::of_code(code) else { continue };
            let quality = per_mille(quality);
            if quality > 0 && best.is_none_or(|(than, _)| quality > than) {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// A quality, `0.8`, in thousandths.
fn per_mille(quality: &str) -> u32 {
    let (whole, part) = quality.trim().split_once('.').unwrap_or((quality.trim(), ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: u32 = whole.parse().unwrap_or(0);
    whole.min(1) * 1000 + part.parse::<u32>().unwrap_or(0)
}

impl Words {
    /// The word for a position.
    pub(crate) const fn position(&self, position: Option<Position>) -> &'static str {
        match position {
            None => self.unsigned,
            Some(Position::InFavour) => self.favour,
            Some(Position::Abstain) => self.abstain,
            Some(Position::AbstainQualified) => self.declare,
            Some(Position::Against) => self.against,
            Some(Position::Retracted) => self.retract,
        }
    }

    /// The word for the state of a measure.
    pub(crate) const fn status(&self, status: MeasureStatus) -> &'static str {
        match status {
            MeasureStatus::Open => self.status_open,
            MeasureStatus::Blocked => self.status_blocked,
            MeasureStatus::Adopted => self.status_adopted,
            MeasureStatus::NotAdopted => self.status_not_adopted,
            MeasureStatus::Lapsed => self.status_lapsed,
            MeasureStatus::Withdrawn => self.status_withdrawn,
        }
    }

    /// The name of an act on a measure, as its form is called.
    pub(crate) fn act(&self, act: &str) -> &'static str {
        match act {
            "ballot" => self.read_and_sign,
            "reserve" => self.not_yet,
            "lift" => self.lift,
            "mandate" => self.mandate,
            "extend" => self.extend,
            "close" => self.close,
            "withdraw" => self.withdraw,
            "attest" => self.attest,
            _ => self.remark,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_the_browser_likes_best() {
        for (asked, language) in [
            ("fr-BE,fr;q=0.9,en;q=0.8", Some(Language::French)),
            ("de, en-GB;q=0.5, fr;q=0.4", Some(Language::English)),
            ("en;q=0, fr;q=0.1", Some(Language::French)),
            ("el", None),
            ("", None),
        ] {
            assert_eq!(Language::preferred(asked), language, "{asked}");
        }
    }
}

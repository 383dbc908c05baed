"""Who the patients are: the order in which the scenarios come, again and again with new draws.

The first `SAMPLE` infusions hold every planted verdict; what follows varies them.
"""

from __future__ import annotations

from collections.abc import Callable

from ..plan import Course
from . import extracts, grade2, grade3, grade4, refractory
from . import grade_none_or_one as low
from . import neurotoxicity_and_hlh as other

Scenario = Callable[[Course], None]

SAMPLE = 60

# One tuple a patient: a second function is the patient's second infusion.
PATIENTS: tuple[tuple[Scenario, ...], ...] = (
    (low.quiet,),
    (low.premedication_dexamethasone,),
    (low.premedication_held,),
    (low.home_cpap_and_hydrocortisone,),
    (low.borderline_fever_sargramostim,),
    (low.grade1_tocilizumab,),
    (low.grade1_dexamethasone,),
    (low.grade1_early_steroid_axi_cel,),
    (low.grade1_nothing_ordered,),
    (low.grade1_poorly_watched,),
    (low.grade1_persistent_fever,),
    (low.grade1_three_days_untreated,),
    (low.tocilizumab_before_fever,),
    (other.grade1_icans_steroid,),
    (other.grade1_icans_tocilizumab,),
    (other.grade1_icans_untreated,),
    (other.grade1_hlh,),
    (other.grade1_hlh_treated_late,),
    (grade2.grade2_within_90_min, low.second_infusion),
    (grade2.grade2_after_150_min,),
    (grade2.grade2_after_300_min,),
    (grade2.grade2_never_treated,),
    (grade2.grade2_followed_for_an_hour,),
    (grade2.grade2_followed_for_three_hours,),
    (grade2.grade2_four_doses_then_capped,),
    (grade2.grade2_four_doses_in_24_h,),
    (grade2.grade2_five_doses,),
    (grade2.grade2_repeated_early,),
    (grade2.grade2_heavy_800,),
    (grade2.grade2_heavy_960,),
    (grade2.grade2_low_dose_too_fast,),
    (grade2.grade2_weight_and_end_unknown,),
    (grade2.grade2_child,),
    (grade2.grade2_adolescent_six_litres,),
    (grade2.grade2_home_oxygen,),
    (refractory.grade2_no_bolus,),
    (refractory.grade2_oxygen_late,),
    (refractory.grade2_not_repeated,),
    (refractory.grade2_no_steroid_after_a_day,),
    (refractory.grade2_refractory_no_steroid,),
    (refractory.grade2_refractory_dexamethasone,),
    (grade3.grade3_norepinephrine_vasopressin,),
    (grade3.grade3_pressor_switch_amber,),
    (grade3.grade3_untreated_turn,),
    (grade3.grade3_capped,),
    (grade3.grade3_vasopressor_without_steroid,),
    (grade3.grade3_underdosed,),
    (grade3.grade3_never_tapered,),
    (grade3.grade3_relapse,),
    (grade3.grade3_steroid_amount_missing,),
    (grade4.grade4_full_course,),
    (grade4.grade4_incomplete,),
    (grade4.grade4_extended,),
    (grade4.grade4_short_but_well,),
    (grade4.grade4_airway,),
    (grade4.grade4_untreated_death,),
    (grade4.grade4_capped_and_stopped,),
    (extracts.mar_missing,),
    (refractory.grade2_unwatched_after_tocilizumab,),
    # From here on: beyond the sample of 60.
    (extracts.vitals_missing,),
    (extracts.labs_missing,),
    (extracts.adt_missing,),
    (low.support_without_fever,),
    (low.steroid_the_evening_before,),
    (low.fever_at_infusion,),
    (low.uncharted_night,),
    (low.grade1_impatient_tocilizumab,),
    (low.grade1_everything_late,),
    (low.grade1_fever_treated_late,),
    (low.grade1_fever_that_pauses,),
    (low.grade1_fever_followed_for_73_hours,),
    (low.grade1_fever_after_four_doses,),
    (other.hlh_after_four_doses,),
    (other.hlh_without_etoposide,),
    (other.hlh_without_steroid,),
    (grade2.grade2_uneventful,),
    (grade2.grade2_then_hypotension_without_fever,),
    (grade2.grade2_too_slow,),
    (refractory.grade2_bolus_and_steroid_late,),
    (grade3.grade3_low_steroid,),
    (grade3.grade3_methylprednisolone,),
    (grade3.grade3_six_and_a_half_litres,),
    (grade3.grade3_push_beside_drip,),
    (grade4.grade4_ladder_to_60_mg,),
    (grade4.grade4_off_the_ladder,),
    (grade4.grade4_airway_methylprednisolone,),
    (grade4.grade4_followed_into_the_ladder,),
    (grade4.grade4_late,),
    (grade4.grade4_two_vasopressors,),
    (grade4.grade4_followed_for_40_min,),
    (grade2.grade2_uneventful,),
    (low.quiet,),
)
STAND_IN: Scenario = low.quiet
"""Stands where a pair would overrun the number of infusions asked for."""

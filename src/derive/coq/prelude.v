(* What every page of the audit starts from: the rules of derivatives for functions that are written out, and the tactics. *)
Require Export Reals Lra.
Open Scope R_scope.

(* Derivatives: rules of the standard library *)

Lemma d_const c x : derivable_pt_lim (fun _ => c) x 0.
Proof. exact (derivable_pt_lim_const c x). Qed.

Lemma d_id x : derivable_pt_lim (fun t => t) x 1.
Proof. exact (derivable_pt_lim_id x). Qed.

Lemma d_plus f g x a b : derivable_pt_lim f x a -> derivable_pt_lim g x b -> derivable_pt_lim (fun t => f t + g t) x (a + b).
Proof. exact (derivable_pt_lim_plus f g x a b). Qed.

Lemma d_minus f g x a b : derivable_pt_lim f x a -> derivable_pt_lim g x b -> derivable_pt_lim (fun t => f t - g t) x (a - b).
Proof. exact (derivable_pt_lim_minus f g x a b). Qed.

Lemma d_opp f x a : derivable_pt_lim f x a -> derivable_pt_lim (fun t => - f t) x (- a).
Proof. exact (derivable_pt_lim_opp f x a). Qed.

Lemma d_mult f g x a b : derivable_pt_lim f x a -> derivable_pt_lim g x b -> derivable_pt_lim (fun t => f t * g t) x (a * g x + f x * b).
Proof. exact (derivable_pt_lim_mult f g x a b). Qed.

Lemma d_div f g x a b : g x <> 0 -> derivable_pt_lim f x a -> derivable_pt_lim g x b ->
  derivable_pt_lim (fun t => f t / g t) x ((a * g x - b * f x) / (g x * g x)).
Proof. intros nonzero slope_f slope_g. exact (derivable_pt_lim_div f g x a b slope_f slope_g nonzero). Qed.

Lemma d_inv g x b : g x <> 0 -> derivable_pt_lim g x b -> derivable_pt_lim (fun t => / g t) x ((0 * g x - b * 1) / (g x * g x)).
Proof.
  intros nonzero slope. apply derivable_pt_lim_ext with (f := fun t => 1 / g t); [intro; apply Rmult_1_l |].
  exact (d_div (fun _ => 1) g x 0 b nonzero (d_const 1 x) slope).
Qed.

Lemma d_after f g x a b : derivable_pt_lim f x a -> derivable_pt_lim g (f x) b -> derivable_pt_lim (fun t => g (f t)) x (b * a).
Proof. exact (derivable_pt_lim_comp f g x a b). Qed.

Lemma d_pow f n x a : derivable_pt_lim f x a -> derivable_pt_lim (fun t => f t ^ n) x (INR n * f x ^ pred n * a).
Proof. intro slope. exact (d_after f (fun y => y ^ n) x a _ slope (derivable_pt_lim_pow (f x) n)). Qed.

Lemma d_exp f x a : derivable_pt_lim f x a -> derivable_pt_lim (fun t => exp (f t)) x (exp (f x) * a).
Proof. intro slope. exact (d_after f exp x a _ slope (derivable_pt_lim_exp (f x))). Qed.

Lemma d_ln f x a : 0 < f x -> derivable_pt_lim f x a -> derivable_pt_lim (fun t => ln (f t)) x (/ f x * a).
Proof. intros positive slope. exact (d_after f ln x a _ slope (derivable_pt_lim_ln (f x) positive)). Qed.

Lemma d_sqrt f x a : 0 < f x -> derivable_pt_lim f x a -> derivable_pt_lim (fun t => sqrt (f t)) x (/ (2 * sqrt (f x)) * a).
Proof. intros positive slope. exact (d_after f sqrt x a _ slope (derivable_pt_lim_sqrt (f x) positive)). Qed.

Lemma d_sin f x a : derivable_pt_lim f x a -> derivable_pt_lim (fun t => sin (f t)) x (cos (f x) * a).
Proof. intro slope. exact (d_after f sin x a _ slope (derivable_pt_lim_sin (f x))). Qed.

Lemma d_cos f x a : derivable_pt_lim f x a -> derivable_pt_lim (fun t => cos (f t)) x (- sin (f x) * a).
Proof. intro slope. exact (d_after f cos x a _ slope (derivable_pt_lim_cos (f x))). Qed.

(* Equations: put in what is known of exp, ln and sqrt, the newest first, and leave the rest to field *)

Ltac hinted :=
  cbv beta;
  repeat match goal with
  | known : ?f ?a = _ |- context [?f ?a] => lazymatch f with exp => idtac | ln => idtac | sqrt => idtac end; rewrite known
  end;
  cbn [INR pred].

(* Signs: by the form of the term, then by what is known *)

Lemma pos_nonzero a : 0 < a -> a <> 0.
Proof. exact (Rgt_not_eq a 0). Qed.

Lemma square_pos a : a <> 0 -> 0 < a ^ 2.
Proof. intro nonzero. rewrite <- Rsqr_pow2. exact (Rsqr_pos_lt a nonzero). Qed.

Ltac exponentials :=
  repeat match goal with
  | |- context [exp ?a] => lazymatch goal with already : 0 < exp a |- _ => fail | _ => pose proof (exp_pos a) end
  end.

Ltac known := first [assumption | lra].

Ltac pos :=
  lazymatch goal with
  | |- 0 < exp _ => apply exp_pos
  | |- 0 < PI => apply PI_RGT_0
  | |- 0 < ?a * ?b => first [known | apply Rmult_lt_0_compat; pos | squares]
  | |- 0 < ?a / ?b => first [known | apply Rdiv_lt_0_compat; pos]
  | |- 0 < / ?a => apply Rinv_0_lt_compat; pos
  | |- 0 < ?a + ?b =>
      first [known | apply Rplus_lt_0_compat; pos | apply Rplus_lt_le_0_compat; pos | apply Rplus_le_lt_0_compat; pos | squares]
  | |- 0 < ?a ^ 2 => first [apply pow_lt; pos | apply square_pos; nonzero]
  | |- 0 < ?a ^ _ => apply pow_lt; pos
  | |- 0 < sqrt _ => apply sqrt_lt_R0; pos
  | |- 0 < _ => first [known | squares]
  | |- 0 <= ?a ^ 2 => apply pow2_ge_0
  | |- 0 <= ?a * ?a => apply Rle_0_sqr
  | |- 0 <= ?a * ?b => first [known | apply Rmult_le_pos; pos | squares]
  | |- 0 <= ?a / ?b => first [known | apply Rmult_le_pos; [pos | left; apply Rinv_0_lt_compat; pos]]
  | |- 0 <= ?a + ?b => first [known | apply Rplus_le_le_0_compat; pos | squares]
  | |- 0 <= sqrt _ => apply sqrt_pos
  | |- 0 <= _ => first [known | left; pos | squares]
  end
with nonzero :=
  lazymatch goal with
  | |- ?a * ?b <> 0 => first [assumption | apply Rmult_integral_contrapositive_currified; nonzero]
  | |- ?a ^ _ <> 0 => first [assumption | apply pow_nonzero; nonzero]
  | |- / _ <> 0 => apply Rinv_neq_0_compat; nonzero
  | |- _ <> 0 =>
      first [assumption | apply pos_nonzero; pos | apply Rlt_not_eq; squares
        | let zero := fresh in intro zero; match goal with unlike : _ <> _ |- _ => apply unlike; first [lra | hinted; rewrite zero; ring | nra] end]
  end
with squares := exponentials; first [lra | nra].

Ltac side := cbv beta; repeat split; first [nonzero | pos].

(* The slope of a function that is written out; the value of the slope is found on the way *)

Ltac slope :=
  cbv beta;
  lazymatch goal with
  | |- derivable_pt_lim (fun _ => ?c) _ _ => apply d_const
  | |- derivable_pt_lim (fun t => t) _ _ => apply d_id
  | |- derivable_pt_lim (fun t => @?f t + @?g t) _ _ => apply (d_plus f g); slope
  | |- derivable_pt_lim (fun t => @?f t - @?g t) _ _ => apply (d_minus f g); slope
  | |- derivable_pt_lim (fun t => - @?f t) _ _ => apply (d_opp f); slope
  | |- derivable_pt_lim (fun t => @?f t * @?g t) _ _ => apply (d_mult f g); slope
  | |- derivable_pt_lim (fun t => @?f t / @?g t) _ _ => apply (d_div f g); [side | slope | slope]
  | |- derivable_pt_lim (fun t => / @?g t) _ _ => apply (d_inv g); [side | slope]
  | |- derivable_pt_lim (fun t => @?f t ^ ?n) _ _ => apply (d_pow f n); slope
  | |- derivable_pt_lim (fun t => exp (@?f t)) _ _ => apply (d_exp f); slope
  | |- derivable_pt_lim (fun t => ln (@?f t)) _ _ => apply (d_ln f); [side | slope]
  | |- derivable_pt_lim (fun t => sqrt (@?f t)) _ _ => apply (d_sqrt f); [side | slope]
  | |- derivable_pt_lim (fun t => sin (@?f t)) _ _ => apply (d_sin f); slope
  | |- derivable_pt_lim (fun t => cos (@?f t)) _ _ => apply (d_cos f); slope
  | |- derivable_pt_lim (fun t => ?g (@?f t)) _ _ => eapply (d_after f g); [slope | solve [cbv beta; auto]]
  end.

(* Exponentials and logarithms of what is written as a sum, or as a product *)

Lemma exp_sum a b c d : exp a = c -> exp b = d -> exp (a + b) = c * d.
Proof. intros left right. rewrite exp_plus, left, right. reflexivity. Qed.

Lemma exp_less a c : exp a = c -> exp (- a) = / c.
Proof. intro inside. rewrite exp_Ropp, inside. reflexivity. Qed.

Lemma exp_times n a c : exp a = c -> exp (INR n * a) = c ^ n.
Proof.
  intro inside. rewrite <- inside. induction n as [|n step].
  - simpl. rewrite Rmult_0_l. exact exp_0.
  - rewrite S_INR, Rmult_plus_distr_r, Rmult_1_l, exp_plus, step. simpl. ring.
Qed.

Lemma ln_product a b c d : 0 < a -> 0 < b -> ln a = c -> ln b = d -> ln (a * b) = c + d.
Proof. intros pos_a pos_b left right. rewrite ln_mult, left, right by assumption. reflexivity. Qed.

Lemma ln_below a c : 0 < a -> ln a = c -> ln (/ a) = - c.
Proof. intros pos_a inside. rewrite ln_Rinv, inside by assumption. reflexivity. Qed.

Lemma ln_times n a c : 0 < a -> ln a = c -> ln (a ^ n) = INR n * c.
Proof. intros pos_a inside. rewrite ln_pow, inside by assumption. reflexivity. Qed.

Lemma ln_root a : 0 < a -> ln (sqrt a) = / 2 * ln a.
Proof.
  intro pos_a. rewrite <- (sqrt_sqrt a) at 2 by (left; exact pos_a).
  rewrite ln_mult by (apply sqrt_lt_R0; exact pos_a). field.
Qed.

Lemma root_is a b : 0 <= b -> b * b = a -> sqrt a = b.
Proof. intros sign square. rewrite <- square. exact (sqrt_square b sign). Qed.

Ltac exponents :=
  lazymatch goal with
  | |- exp ?a = exp ?a => reflexivity
  | |- exp (ln _) = _ => apply exp_ln; pos
  | |- exp (- _) = / _ => apply exp_less; exponents
  | |- exp (INR _ * _) = _ ^ _ => apply exp_times; exponents
  | |- exp (_ + _) = _ * _ => apply exp_sum; exponents
  | |- exp 0 = 1 => exact exp_0
  end.

Ltac logarithms :=
  lazymatch goal with
  | |- ln ?a = ln ?a => reflexivity
  | |- ln (exp _) = _ => apply ln_exp
  | |- ln (sqrt _) = _ => apply ln_root; pos
  | |- ln (/ _) = - _ => apply ln_below; [pos | logarithms]
  | |- ln (_ ^ _) = INR _ * _ => apply ln_times; [pos | logarithms]
  | |- ln (_ * _) = _ + _ => apply ln_product; [pos | pos | logarithms | logarithms]
  | |- ln 1 = 0 => exact ln_1
  end.

Ltac finish := hinted; field; side.

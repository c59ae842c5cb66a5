/**
 * Port: leases, and pauses before another try, whose end no worker of this time can have set. A clock that was wrong
 * has, and was set back since. Who held them may be dead, and until that end comes by the right clock nobody else would
 * take over: hours, not seconds.
 */
export interface StrayLeases {
  /**
   * Makes claimable at `now` each execution that runs, and each callback that someone is at, until later than
   * `latestEndAt`. Gives how many. A worker that holds one still finds out by its token, as after any lease that ended.
   */
  end(now: number, latestEndAt: number): Promise<number>
}

/**
 * Words that say nothing about a topic: English function words, and what people say to be polite or to start talking.
 * Words that carry a meaning in operations stay out of it: down, full, high, low, off, out, slow, under.
 */
export const stopWords: ReadonlySet<string> = new Set(
  `a about after again all almost  also although always am an and another any anybody anyone anything are aren
  as at be because been before being between both but by can cannot could couldn did didn do does doesn doing don done
  each either else even ever every everybody everyone everything few for from further get gets getting go goes going
  gonna got gotten had hadn has hasn have haven having he her here hers herself him himself his how however i if in
  instead into is isn it its itself just know let like ll lot lots made make makes making  may maybe me might mine
  more most much must my myself need needs neither never no nobody none nor not nothing now of often on once one ones
  only onto or other others our ours ourselves own perhaps put quite rather re really said same say says see seem
  seems seen shall she should shouldn since so some somebody someone something somehow somewhere still such sure take
  takes taken than that the their theirs them themselves then there these they thing things this those though through
  thus till to together  toward towards until up upon us use used uses using usually ve very via want wants was
  wasn way we well went were weren what whatever when whenever where whether which while who whole whom whose why will
  with within without won would wouldn yes yet you your yours yourself yourselves
  anyway awesome bye cheers cool dear folks good great guys haha hello hey hi hmm lol nice ok okay please sorry thank
  thanks thx welcome wow yeah yep`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

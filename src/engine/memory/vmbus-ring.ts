export interface ChannelOffer {
  readonly placeholder: number;
}
